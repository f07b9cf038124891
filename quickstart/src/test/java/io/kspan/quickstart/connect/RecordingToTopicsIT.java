package io.kspan.quickstart.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kspan.quickstart.broker.EmbeddedBroker;
import io.kspan.quickstart.recording.RecordedApiServer;
import io.kspan.quickstart.recording.Recording;
import io.kspan.topology.capture.CaptureRecord;
import io.kspan.topology.doctor.Doctor;
import io.kspan.topology.doctor.Report;
import io.kspan.topology.names.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged connector on a real worker against the stand-in API server: nothing gets lost. */
class RecordingToTopicsIT {

  private static final Path PLUGINS = Path.of("..", "event-source-connector", "target", "plugin");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NAME = "events";

  @TempDir private Path folder;

  @Test
  void shouldDeliverTheBundledRecording() throws Exception {
    Topics topics = Topics.withPrefix("k8s.");
    Recording recording = Recording.bundled();
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder);
        RecordedApiServer server = new RecordedApiServer(recording)) {
      broker.createTopics(topics, 2);
      try (EmbeddedConnectWorker worker =
              EmbeddedConnectWorker.start(broker.bootstrapServers(), PLUGINS.toAbsolutePath());
          KafkaConsumer<String, String> consumer = consumer(broker.bootstrapServers())) {
        worker.create(
            NAME,
            Map.of(
                "connector.class", "io.kspan.connect.KubernetesEventSourceConnector",
                "tasks.max", "2",
                "cluster.name", "test",
                "topic.prefix", "k8s.",
                "kubernetes.url", server.address().toString()));
        await()
            .atMost(1, TimeUnit.MINUTES)
            .until(() -> worker.runningTasks(NAME) > 0 && server.isWatched());
        assertThat(taskLoaders())
            .as("failsafe leaves the connector off the classpath")
            .isNotEmpty()
            .containsOnly("PluginClassLoader");
        recording.changes().forEach(server::apply);

        consumer.subscribe(List.of(topics.events(), topics.objects()));
        Set<String> expected = expected(recording);
        Set<String> seen = new TreeSet<>();
        await()
            .atMost(1, TimeUnit.MINUTES)
            .until(
                () -> {
                  consumer.poll(Duration.ofMillis(200)).forEach(record -> add(seen, record));
                  return seen.size() >= expected.size();
                });
        assertThat(seen).isEqualTo(expected);
        assertThat(doctor(broker, worker))
            .contains(
                "ok       topics       k8s.events and k8s.objects have 2 partitions each",
                "ok       connector    events and its 2 tasks are RUNNING");
      }
    }
  }

  /** What {@code span-topology doctor} says: here is the worker that its own tests stand in for. */
  private static String doctor(EmbeddedBroker broker, EmbeddedConnectWorker worker)
      throws InterruptedException {
    StringWriter said = new StringWriter();
    try (Doctor doctor =
        new Doctor(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            Map.of(),
            new Doctor.Options(
                Optional.of(worker.address().toString()),
                Optional.empty(),
                Duration.ZERO,
                false,
                false))) {
      doctor.examine(new Report(new PrintWriter(said), false));
    }
    return said.toString();
  }

  /** Where the code of the tasks comes from: the plugin folder, not this test's classpath. */
  private static Set<String> taskLoaders() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("task-thread-" + NAME))
        .map(thread -> thread.getContextClassLoader().getClass().getSimpleName())
        .collect(Collectors.toSet());
  }

  private static Set<String> expected(Recording recording) {
    Set<String> expected = new TreeSet<>();
    for (CaptureRecord record : recording.initial()) {
      expected.add(line(record.type(), record.object()));
    }
    for (CaptureRecord record : recording.changes()) {
      expected.add(line(record.type(), record.object()));
    }
    return expected;
  }

  private static void add(Set<String> seen, ConsumerRecord<String, String> record) {
    if (record.value() == null) {
      return;
    }
    try {
      JsonNode envelope = JSON.readTree(record.value());
      if (!envelope.path("type").asText().equals("LISTED")) {
        seen.add(line(envelope.path("type").asText(), envelope.path("object")));
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String line(String type, JsonNode object) {
    JsonNode metadata = object.path("metadata");
    return "%s %s %s %s"
        .formatted(
            type,
            object.path("kind").asText(),
            metadata.path("uid").asText(),
            metadata.path("resourceVersion").asText());
  }

  private static KafkaConsumer<String, String> consumer(String bootstrapServers) {
    return new KafkaConsumer<>(
        Map.of(
            "bootstrap.servers", bootstrapServers,
            "group.id", "test",
            "auto.offset.reset", "earliest"),
        new StringDeserializer(),
        new StringDeserializer());
  }
}
