package io.kspan.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.broker.AccessRules;
import io.kspan.topology.cli.ExitCode;
import io.kspan.topology.cli.Shutdown;
import io.kspan.topology.faults.Broker;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What only a broker knows fails at start, with one line and exit code 2. The broker asks Kafka's
 * own authorizer; everything is allowed that no rule of a test denies.
 */
class BadConfigurationIT {
  private static final int PATIENCE_SECONDS = 20;

  @TempDir private static Path folder;
  private static Broker broker;
  private static Admin admin;

  private final CommandRun command = new CommandRun();

  @BeforeAll
  static void start() throws Exception {
    broker = Broker.withAuthorizer();
    admin = broker.admin();
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @Test
  void shouldNameAllTopicsThatAreMissing() {
    assertRefused("run", "missing.")
        .startsWith("error: missing.")
        .contains("missing.events", "missing.objects", "missing.lineage", "missing.spans")
        .contains("do not exist", "create what is missing (deploy/topics/create-topics.sh");
  }

  @Test
  void shouldNameTheTopicThatIsMissing() throws Exception {
    broker.createTopics("one.", 1);
    admin.deleteTopics(List.of("one.spans")).all().get();

    assertRefused("run", "one.")
        .startsWith("error: one.spans does not exist; create what is missing");
  }

  @Test
  void shouldNameTheTopicThatTheSinkMisses() {
    assertRefused("sink", "missing.")
        .startsWith(
            "error: missing.spans, missing.changes, missing.dead-letters do not exist; create what is missing");
  }

  @Test
  void shouldRefuseInputsOfDifferentlyManyPartitions() throws Exception {
    broker.createTopics("unequal.", 2, 3, 1);
    assertRefused("run", "unequal.")
        .contains(
            "unequal.events has 2 partitions, unequal.objects has 3",
            "create them anew with equally many");
  }

  @Test
  void shouldRefuseMoreThanOnePartitionOfLineage() throws Exception {
    broker.createTopics("lineage.", 2, 2, 2);
    assertRefused("run", "lineage.").contains("lineage.lineage has 2 partitions, it must have 1");
  }

  @ParameterizedTest
  @CsvSource({
    "run, events, DESCRIBE",
    "run, events, READ",
    "run, objects, READ",
    "run, lineage, READ",
    "run, lineage, WRITE",
    "run, spans, WRITE",
    "run, dead-letters, WRITE",
    "sink, spans, DESCRIBE",
    "sink, spans, READ",
    "sink, dead-letters, WRITE",
  })
  void shouldNameTheRightThatIsMissing(String command, String topic, AclOperation operation)
      throws Exception {
    String prefix = command + "-" + topic + "-" + operation + ".";
    broker.createTopics(prefix, 1);
    AccessRules.deny(admin, ResourceType.TOPIC, prefix + topic, PatternType.LITERAL, operation);

    assertRefused(command, prefix)
        .startsWith("error: ")
        .contains(prefix + topic, operation.name(), "grant");
  }

  @Test
  void shouldNameTheInternalTopicsThatItMustNotCreate() throws Exception {
    broker.createTopics("create.", 1);
    AccessRules.deny(
        admin, ResourceType.TOPIC, "create.topology-", PatternType.PREFIXED, AclOperation.CREATE);
    // The right to create topics in the cluster is the right to create each.
    AccessRules.deny(
        admin, ResourceType.CLUSTER, "kafka-cluster", PatternType.LITERAL, AclOperation.CREATE);
    try {
      assertThat(execute("run", "create.")).isEqualTo(ExitCode.BAD_SETTINGS);
    } finally {
      AccessRules.remove(admin, ResourceType.CLUSTER, "kafka-cluster", PatternType.LITERAL);
    }
    assertThat(command.err()).contains("create.topology-", "CREATE", "grant").hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource({
    "run, topology, GROUP, READ",
    "run, topology, TRANSACTIONAL_ID, WRITE",
    "sink, sink, GROUP, READ",
  })
  void shouldEndWithoutTheRightToItsGroup(
      String command, String name, ResourceType type, AclOperation operation) throws Exception {
    String prefix = command + "-" + type + ".";
    broker.createTopics(prefix, 1);
    AccessRules.deny(admin, type, prefix + name, PatternType.PREFIXED, operation);

    assertRefused(command, prefix).startsWith("error: ").containsIgnoringCase("authoriz");
  }

  /** One line on standard error. */
  private AbstractStringAssert<?> assertRefused(String name, String prefix) {
    assertThat(execute(name, prefix)).isEqualTo(ExitCode.BAD_SETTINGS);
    return assertThat(command.err()).hasLineCount(1);
  }

  private int execute(String name, String prefix) {
    Map<String, String> settings =
        new HashMap<>(Map.of("bootstrap.servers", broker.address(), "topic.prefix", prefix));
    if (name.equals("run")) {
      settings.put("application.id", prefix + "topology");
      settings.put("kafka.state.dir", folder.resolve(prefix).toString());
    } else {
      settings.put("sink.group.id", prefix + "sink");
    }
    Shutdown shutdown = new Shutdown();
    // A command that finds nothing wrong would run for ever.
    CompletableFuture.delayedExecutor(PATIENCE_SECONDS, TimeUnit.SECONDS)
        .execute(shutdown::request);
    return command.execute(shutdown, Map.of(), CommandRun.line(name, settings));
  }
}
