package io.kspan.quickstart.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kspan.quickstart.broker.EmbeddedBroker;
import io.kspan.topology.capture.CaptureScan;
import io.kspan.topology.capture.Captures;
import io.kspan.topology.names.Topics;
import io.kspan.topology.ops.TopicReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaptureLoaderIT {

  private static final String LINE =
      "{\"receivedAt\":\"2026-11-20T20:17:38.%03dZ\",\"type\":\"%s\",\"object\":{\"kind\":\"%s\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"%s\",\"namespace\":\"a\"},"
          + "\"involvedObject\":{\"kind\":\"Pod\",\"namespace\":\"a\",\"name\":\"p\"}}}\n";
  private static final int PARTITIONS = 3;

  @TempDir private Path folder;

  @Test
  void shouldWriteReceiptsKeysAndAnEndMarkerInEveryPartition() throws Exception {
    Path capture =
        Files.writeString(
            folder.resolve("capture.ndjson"),
            LINE.formatted(1, "ADDED", "Pod", "p")
                + LINE.formatted(2, "ADDED", "Event", "p.1")
                + LINE.formatted(3, "DELETED", "Pod", "p"));
    Topics topics = Topics.withPrefix("k8s.");
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"));
        CaptureLoader loader =
            new CaptureLoader(broker.bootstrapServers(), topics, PARTITIONS, "c\"1");
        Captures captures = new Captures(List.of(CaptureScan.of(capture)))) {
      broker.createTopics(topics, PARTITIONS);

      assertThat(loader.load(captures, records -> {})).isEqualTo(new CaptureLoader.Loaded(3, 0));

      assertThat(read(broker, topics.objects()))
          .containsExactlyInAnyOrder(
              "c\"1/a/Pod/p ADDED 1",
              "c\"1/a/Pod/p DELETED 3",
              "c\"1/a/Pod/p null 3",
              "end END 3",
              "end END 3",
              "end END 3");
      assertThat(read(broker, topics.events()))
          .containsExactlyInAnyOrder("c\"1/a/Pod/p ADDED 2", "end END 3", "end END 3", "end END 3");
    }
  }

  private static List<String> read(EmbeddedBroker broker, String topic) {
    List<String> lines = new ArrayList<>();
    List<Integer> ends = new ArrayList<>();
    new TopicReader(Map.of("bootstrap.servers", broker.bootstrapServers()))
        .forEach(
            topic,
            record -> {
              lines.add(line(record));
              if (lines.get(lines.size() - 1).startsWith("end")) {
                ends.add(record.partition());
              }
            });
    assertThat(ends).doesNotHaveDuplicates().hasSize(PARTITIONS);
    return lines;
  }

  private static String line(ConsumerRecord<byte[], byte[]> record) {
    String key = new String(record.key(), StandardCharsets.UTF_8);
    long millis = record.timestamp() - Instant.parse("2026-11-20T20:17:38Z").toEpochMilli();
    if (record.value() == null) {
      return key + " null " + millis;
    }
    try {
      JsonNode envelope = new ObjectMapper().readTree(record.value());
      assertThat(envelope.path("cluster").asText()).isEqualTo("c\"1");
      assertThat(Instant.parse(envelope.path("observedAt").asText()).toEpochMilli())
          .isEqualTo(record.timestamp());
      return key + " " + envelope.path("type").asText() + " " + millis;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
