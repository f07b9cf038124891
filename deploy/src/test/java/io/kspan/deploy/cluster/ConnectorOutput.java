package io.kspan.deploy.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What a connector has written so far about the namespaces of a run. One thread only. */
final class ConnectorOutput implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration POLL = Duration.ofMillis(200);

  private final KafkaConsumer<String, String> consumer;
  private final String namespaces;
  private final Set<Occurrence> occurrences = new TreeSet<>();
  private final List<String> objects = new ArrayList<>();

  /**
   * Reads from the beginning.
   *
   * @param namespaces what the names of the namespaces begin with
   */
  ConnectorOutput(String bootstrapServers, String topicPrefix, String namespaces) {
    this.namespaces = namespaces;
    consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "group.id",
                topicPrefix + "read",
                "auto.offset.reset",
                "earliest"),
            new StringDeserializer(),
            new StringDeserializer());
    consumer.subscribe(List.of(topicPrefix + "events", topicPrefix + "objects"));
  }

  /** Of all Events that exist or existed. */
  Set<Occurrence> occurrences() {
    read();
    return occurrences;
  }

  /** {@code TYPE Kind/name} of each version of an object, in the order of its partition. */
  List<String> objects() {
    read();
    return objects;
  }

  private void read() {
    for (ConsumerRecord<String, String> record : consumer.poll(POLL)) {
      if (record.value() == null) {
        continue;
      }
      JsonNode envelope = parse(record.value());
      JsonNode object = envelope.path("object");
      String type = envelope.path("type").asText();
      if (!object.at("/metadata/namespace").asText().startsWith(namespaces)) {
        continue;
      }
      if (record.topic().endsWith("events")) {
        if (!type.equals("DELETED")) {
          occurrences.add(new Occurrence(object.at("/metadata/uid").asText(), count(object)));
        }
      } else {
        objects.add(
            type + " " + object.path("kind").asText() + "/" + object.at("/metadata/name").asText());
      }
    }
  }

  private static long count(JsonNode event) {
    return event.at("/series/count").isNumber()
        ? event.at("/series/count").asLong()
        : event.path("count").asLong();
  }

  private static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
