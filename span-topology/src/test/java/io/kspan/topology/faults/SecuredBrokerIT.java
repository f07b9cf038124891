package io.kspan.topology.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kspan.testsupport.JavaProcess;
import io.kspan.testsupport.SelfSigned;
import io.kspan.testsupport.generate.InputMessage;
import io.kspan.testsupport.otlp.OtlpBackend;
import io.kspan.topology.cli.ExitCode;
import io.kspan.topology.doctor.Doctor;
import io.kspan.topology.doctor.Report;
import io.kspan.topology.names.Topics;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A broker that wants a password over TLS and allows what docs/scaling-the-topology.md asks for,
 * and nothing else. Only the tests themselves are let in without.
 */
@Execution(ExecutionMode.CONCURRENT)
class SecuredBrokerIT {
  private static final String PASSWORD = "rosebud-for-kspan";
  private static final String WRONG = "rosebud-for-nobody";
  private static final String PREFIX = "secured.";
  private static final String MAIN = "io.kspan.topology.Main";
  private static final int HEAP_MEGABYTES = 256;
  private static final String CALM = "calm.";
  private static final String SINK_GROUP = PREFIX + "sink";

  @TempDir private static Path folder;
  private static SelfSigned tls;
  private static BrokerProcess broker;
  private static List<String> expected;

  private String test;

  @BeforeAll
  static void start() throws Exception {
    tls = SelfSigned.create(folder);
    Map<String, String> secured = new HashMap<>();
    String listener = "listener.name.secured.";
    secured.put(listener + "ssl.keystore.type", "PEM");
    secured.put(listener + "ssl.keystore.certificate.chain", Files.readString(tls.certificate()));
    secured.put(listener + "ssl.keystore.key", Files.readString(tls.key()));
    secured.put(listener + "sasl.enabled.mechanisms", "PLAIN");
    secured.put(
        listener + "plain.sasl.jaas.config",
        "org.apache.kafka.common.security.plain.PlainLoginModule required user_kspan=\"%1$s\" user_admin=\"%1$s\";"
            .formatted(PASSWORD));
    secured.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    secured.put("super.users", "User:ANONYMOUS;User:admin");
    broker = BrokerProcess.start(folder, folder, secured);
    List<InputMessage> input = Kafka.rollouts(2, 3);
    expected = broker.undisturbed(CALM, input, folder);
    broker.createTopics(PREFIX);
    broker.write(PREFIX, input);
    broker.writeEnd(PREFIX);
    allowWhatIsDocumented();
  }

  @BeforeEach
  void name(TestInfo info) {
    test = info.getDisplayName().replaceAll("\\W", "-") + System.nanoTime();
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  private static void allowWhatIsDocumented() throws Exception {
    Topics topics = Topics.withPrefix(PREFIX);
    String application = PREFIX + "topology";
    List<AclBinding> rules = new ArrayList<>();
    rules.addAll(allow(ResourceType.TOPIC, topics.events(), AclOperation.READ));
    rules.addAll(allow(ResourceType.TOPIC, topics.objects(), AclOperation.READ));
    rules.addAll(
        allow(ResourceType.TOPIC, topics.lineage(), AclOperation.READ, AclOperation.WRITE));
    rules.addAll(allow(ResourceType.TOPIC, topics.spans(), AclOperation.READ, AclOperation.WRITE));
    rules.addAll(
        allow(ResourceType.TOPIC, topics.changes(), AclOperation.READ, AclOperation.WRITE));
    rules.addAll(allow(ResourceType.TOPIC, topics.deadLetters(), AclOperation.WRITE));
    rules.addAll(
        allowAll(
            ResourceType.TOPIC,
            application + "-",
            AclOperation.CREATE,
            AclOperation.READ,
            AclOperation.WRITE,
            AclOperation.DELETE,
            AclOperation.DESCRIBE_CONFIGS));
    rules.addAll(allow(ResourceType.GROUP, application, AclOperation.READ, AclOperation.DESCRIBE));
    rules.addAll(allow(ResourceType.GROUP, SINK_GROUP, AclOperation.READ, AclOperation.DESCRIBE));
    rules.addAll(
        allowAll(
            ResourceType.TRANSACTIONAL_ID,
            application + "-",
            AclOperation.WRITE,
            AclOperation.DESCRIBE));
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.address()))) {
      admin.createAcls(rules).all().get();
    }
  }

  private static List<AclBinding> allow(
      ResourceType type, String name, AclOperation... operations) {
    return allow(new ResourcePattern(type, name, PatternType.LITERAL), operations);
  }

  private static List<AclBinding> allowAll(
      ResourceType type, String prefix, AclOperation... operations) {
    return allow(new ResourcePattern(type, prefix, PatternType.PREFIXED), operations);
  }

  private static List<AclBinding> allow(ResourcePattern resource, AclOperation... operations) {
    List<AclBinding> rules = new ArrayList<>();
    for (AclOperation operation : operations) {
      rules.add(
          new AclBinding(
              resource,
              new AccessControlEntry("User:kspan", "*", operation, AclPermissionType.ALLOW)));
    }
    return rules;
  }

  private static Map<String, String> credentials(String user, String password) {
    return Map.of(
        "bootstrap.servers",
        broker.securedAddress(),
        "kafka.security.protocol",
        "SASL_SSL",
        "kafka.ssl.truststore.type",
        "PEM",
        "kafka.ssl.truststore.location",
        tls.certificate().toString(),
        "kafka.sasl.mechanism",
        "PLAIN",
        "kafka.sasl.jaas.config",
        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\" password=\"%s\";"
            .formatted(user, password));
  }

  private static Map<String, String> settings(String command, Map<String, String> credentials) {
    Map<String, String> settings = new HashMap<>(broker.settings(PREFIX, folder));
    if (command.equals("sink")) {
      settings.clear();
      settings.put("topic.prefix", PREFIX);
      settings.put("sink.group.id", SINK_GROUP);
    }
    settings.putAll(credentials);
    return settings;
  }

  private JavaProcess start(String command, Map<String, String> credentials) {
    return new JavaProcess(command, settings(command, credentials), folder.resolve(test + ".log"));
  }

  /** The lines that say why it has ended. */
  private static List<String> errors(JavaProcess command) {
    return command.output().lines().filter(line -> line.startsWith("error: ")).toList();
  }

  @Test
  void shouldRunAndExportWithTheDocumentedRights() throws Exception {
    try (JavaProcess run = start("run", credentials("kspan", PASSWORD))) {
      await()
          .atMost(Kafka.PATIENCE)
          .until(() -> !run.isAlive() || broker.spans(PREFIX).size() >= expected.size());
      assertThat(run.stop().exitCode()).as(run.output()).isEqualTo(ExitCode.STOPPED);
      assertThat(run.output()).contains("sasl.jaas.config").doesNotContain(PASSWORD);
    }
    assertThat(broker.spans(PREFIX)).isEqualTo(expected);

    try (OtlpBackend backend = new OtlpBackend(0)) {
      Map<String, String> settings = new HashMap<>(credentials("kspan", PASSWORD));
      settings.put("otel.exporter.otlp.endpoint", backend.url());
      settings.put("otel.exporter.otlp.protocol", "http/protobuf");
      String spans = Topics.withPrefix(PREFIX).spans();
      try (JavaProcess sink = start("sink", settings)) {
        await()
            .atMost(Kafka.PATIENCE)
            .until(() -> !sink.isAlive() || broker.hasReadAll(spans, SINK_GROUP));
        assertThat(sink.stop().exitCode()).as(sink.output()).isEqualTo(ExitCode.STOPPED);
        assertThat(sink.output()).doesNotContain(PASSWORD);
      }
      shouldFindNothingWrong(settings);
      assertThat(backend.spans()).hasSizeGreaterThan(expected.size());
    }
  }

  /** Doctor has the rights of run and sink, and needs no more. */
  private void shouldFindNothingWrong(Map<String, String> sink) throws Exception {
    Map<String, String> settings = settings("run", sink);
    settings.put("sink.group.id", SINK_GROUP);
    broker.write(Topics.withPrefix(PREFIX).deadLetters(), new byte[1]);
    Doctor.Options options =
        new Doctor.Options(Optional.empty(), Optional.empty(), Duration.ZERO, true, true);
    try (JavaProcess run = start("run", credentials("kspan", PASSWORD));
        JavaProcess exporting =
            new JavaProcess("sink", settings("sink", sink), folder.resolve(test + "-sink.log"))) {
      await()
          .atMost(Kafka.PATIENCE)
          .untilAsserted(
              () -> {
                StringWriter said = new StringWriter();
                try (Doctor doctor = new Doctor(settings, Map.of(), options)) {
                  doctor.examine(new Report(new PrintWriter(said), false));
                }
                assertThat(said.toString())
                    .contains(" 0 failed", "no right to READ secured.dead-letters, because")
                    .contains("ok       application", "ok       spans", "ok       sink")
                    .doesNotContain("brokers refuse", PASSWORD);
              });
      assertThat(run.isAlive()).as(run.output()).isTrue();
      assertThat(exporting.isAlive()).as(exporting.output()).isTrue();
    }
  }

  /** With further rights, which docs/replaying-history.md lists. */
  @Test
  void shouldReplay() throws Exception {
    Map<String, String> settings = settings("run", credentials("admin", PASSWORD));
    settings.put("watermark.lateness.ms", "2000");
    List<String> line = JavaProcess.arguments("replay", settings);
    line.addAll(List.of("--from", "2026-11-20T09:00:00Z", "--to", "2026-11-20T12:00:00Z"));
    line.add("--dry-run");
    try (JavaProcess replay =
        new JavaProcess(HEAP_MEGABYTES, MAIN, line, folder.resolve(test + ".log"))) {
      assertThat(replay.exitCode()).as(replay.output()).isEqualTo(ExitCode.STOPPED);
      assertThat(replay.output()).contains("Deployment").doesNotContain(PASSWORD);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "sink"})
  void shouldEndOnAWrongPasswordWithoutSayingIt(String command) throws Exception {
    try (JavaProcess wrong = start(command, credentials("kspan", WRONG))) {
      assertThat(wrong.exitCode()).as(wrong.output()).isEqualTo(ExitCode.BAD_SETTINGS);
      assertThat(errors(wrong)).singleElement().asString().contains("Authentication failed");
      assertThat(wrong.output()).doesNotContain(WRONG);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "sink"})
  void shouldEndOnACertificateThatItDoesNotTrust(String command) throws Exception {
    Map<String, String> credentials = new HashMap<>(credentials("kspan", PASSWORD));
    credentials.remove("kafka.ssl.truststore.location");
    credentials.remove("kafka.ssl.truststore.type");
    try (JavaProcess untrusting = start(command, credentials)) {
      assertThat(untrusting.exitCode()).as(untrusting.output()).isEqualTo(ExitCode.BAD_SETTINGS);
      assertThat(errors(untrusting))
          .singleElement()
          .asString()
          .containsAnyOf("SSL handshake failed", "certification path");
      assertThat(untrusting.output()).doesNotContain(PASSWORD);
    }
  }
}
