package io.kspan.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The topics are written down where they are needed, as a script and as Strimzi's resources: they
 * must be the same, what a broker accepts, and what the design asks for.
 */
class TopicsTest {
  private static final long DAY = 86_400_000;

  @TempDir private static Path directory;

  private static Map<String, Topic> created;

  private record Topic(int partitions, int replicas, Map<String, String> settings) {}

  @BeforeAll
  static void runTheScript() throws Exception {
    created = create(Map.of("PARTITIONS", "6", "REPLICATION_FACTOR", "3"));
  }

  @Test
  void shouldBeTheTopicsOfTheDesign() {
    assertThat(created.keySet())
        .containsExactly(
            "k8s.changes",
            "k8s.dead-letters",
            "k8s.events",
            "k8s.heartbeats",
            "k8s.lineage",
            "k8s.logs",
            "k8s.objects",
            "k8s.spans");
    assertThat(settings("k8s.events"))
        .containsEntry("cleanup.policy", "delete")
        .containsEntry("retention.ms", Long.toString(7 * DAY));
    assertThat(settings("k8s.objects"))
        .containsEntry("cleanup.policy", "compact,delete")
        .containsEntry("min.compaction.lag.ms", settings("k8s.events").get("retention.ms"));
    assertThat(settings("k8s.lineage"))
        .containsEntry("cleanup.policy", "compact")
        .doesNotContainKey("retention.ms");
    assertThat(settings("k8s.spans"))
        .containsEntry("cleanup.policy", "delete")
        .containsEntry("retention.ms", Long.toString(7 * DAY))
        .containsEntry("message.timestamp.type", "LogAppendTime");
    assertThat(settings("k8s.logs")).isEqualTo(settings("k8s.spans"));
    assertThat(settings("k8s.changes"))
        .containsEntry("cleanup.policy", "compact,delete")
        .containsEntry("min.compaction.lag.ms", Long.toString(7 * DAY));
    assertThat(settings("k8s.dead-letters"))
        .containsEntry("cleanup.policy", "delete")
        .containsEntry("retention.ms", Long.toString(14 * DAY));
  }

  @Test
  void shouldKeepObjectsLongerThanTwoSnapshots() {
    long retention = Long.parseLong(settings("k8s.objects").get("retention.ms"));
    long interval =
        (Long)
            new io.kspan.connect.KubernetesEventSourceConnector()
                .config()
                .configKeys()
                .get("snapshot.interval.ms")
                .defaultValue;

    assertThat(retention).isGreaterThan(2 * interval);
  }

  @Test
  void shouldPartitionEventsAndObjectsAlikeAndLineageNotAtAll() {
    assertThat(created.get("k8s.events").partitions()).isEqualTo(6);
    assertThat(created.get("k8s.objects").partitions()).isEqualTo(6);
    assertThat(created.get("k8s.lineage").partitions()).isEqualTo(1);
  }

  @Test
  void shouldSetWhatABrokerAccepts() {
    created.values().forEach(topic -> LogConfig.validate(topic.settings()));
  }

  @Test
  void shouldKeepWorkingOnASingleBroker() throws Exception {
    create(Map.of("REPLICATION_FACTOR", "1"))
        .values()
        .forEach(
            topic ->
                assertThat(topic.settings())
                    .as("a copy that must be there is the only one")
                    .containsEntry("min.insync.replicas", "1"));
  }

  @Test
  void shouldBeTheSameForStrimzi() throws Exception {
    Map<String, Topic> resources = new TreeMap<>();
    for (JsonNode topic : Repository.documents(Repository.text("deploy/strimzi/topics.yaml"))) {
      JsonNode spec = topic.path("spec");
      resources.put(
          ManifestCheck.name(topic),
          new Topic(
              spec.path("partitions").asInt(),
              spec.path("replicas").asInt(),
              new TreeMap<>(Repository.textMap(spec.path("config")))));
    }

    assertThat(resources).isEqualTo(create(Map.of()));
  }

  private static Map<String, String> settings(String topic) {
    return created.get(topic).settings();
  }

  /** Runs the script with a kafka-topics.sh that writes down its arguments. */
  private static Map<String, Topic> create(Map<String, String> environment) throws Exception {
    Path calls = Files.createTempFile(directory, "calls", ".txt");
    Path program = directory.resolve("kafka-topics.sh");
    Files.writeString(program, "#!/usr/bin/env bash\necho \"$@\" >>\"$CALLS\"\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    ProcessBuilder script =
        new ProcessBuilder("bash", Repository.file("deploy/topics/create-topics.sh").toString());
    script.environment().put("BOOTSTRAP_SERVERS", "kafka:9092");
    script.environment().put("CALLS", calls.toString());
    script.environment().put("PATH", directory + ":" + System.getenv("PATH"));
    script.environment().putAll(environment);
    assertThat(script.inheritIO().start().waitFor()).isZero();
    return topics(calls);
  }

  private static Map<String, Topic> topics(Path calls) throws IOException {
    Map<String, Topic> topics = new TreeMap<>();
    for (String call : Files.readAllLines(calls)) {
      List<String> words = new ArrayList<>(List.of(call.split(" ")));
      assertThat(words).contains("--create", "--if-not-exists");
      assertThat(after(words, "--bootstrap-server")).containsExactly("kafka:9092");
      Map<String, String> settings = new TreeMap<>();
      for (String setting : after(words, "--config")) {
        settings.put(setting.split("=", 2)[0], setting.split("=", 2)[1]);
      }
      topics.put(
          after(words, "--topic").get(0),
          new Topic(
              Integer.parseInt(after(words, "--partitions").get(0)),
              Integer.parseInt(after(words, "--replication-factor").get(0)),
              settings));
    }
    return topics;
  }

  private static List<String> after(List<String> words, String option) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < words.size() - 1; i++) {
      if (words.get(i).equals(option)) {
        values.add(words.get(i + 1));
      }
    }
    return values;
  }
}
