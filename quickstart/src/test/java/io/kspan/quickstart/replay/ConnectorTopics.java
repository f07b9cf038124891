package io.kspan.quickstart.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kspan.topology.names.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The records that a connector has written to its topics so far. One thread only. */
final class ConnectorTopics implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration POLL = Duration.ofMillis(100);

  private final KafkaConsumer<String, String> consumer;
  private final Topics topics;
  private final List<ConsumerRecord<String, String>> records = new ArrayList<>();
  private final Set<String> arrived = new TreeSet<>();
  private final Map<String, Integer> lists = new HashMap<>();

  ConnectorTopics(String bootstrapServers, Topics topics) {
    this.topics = topics;
    consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "group.id",
                topics.events(),
                "auto.offset.reset",
                "earliest"),
            new StringDeserializer(),
            new StringDeserializer());
    consumer.subscribe(List.of(topics.events(), topics.objects()));
  }

  /** A version of an object, or its deletion. */
  static String id(String type, JsonNode object) {
    JsonNode metadata = object.path("metadata");
    return (type.equals("DELETED") ? "-" : "")
        + metadata.path("uid").asText()
        + '@'
        + metadata.path("resourceVersion").asText();
  }

  /** Every version that has arrived. */
  Set<String> arrived() {
    read();
    return arrived;
  }

  /** How often each scope has been listed. */
  Map<String, Integer> lists() {
    read();
    return lists;
  }

  private void read() {
    for (ConsumerRecord<String, String> record : consumer.poll(POLL)) {
      records.add(record);
      if (record.value() != null) {
        JsonNode envelope = parse(record.value());
        if (envelope.has("object")) {
          arrived.add(id(envelope.path("type").asText(), envelope.path("object")));
        } else {
          lists.merge(record.key(), 1, Integer::sum);
        }
      }
    }
  }

  /**
   * Writes all of it to other topics as if every version had been received when the recorder
   * received it, and marks the end of every partition.
   *
   * @param receipts by {@link #id}
   */
  void copyTo(
      String bootstrapServers,
      Topics target,
      int partitions,
      Map<String, Instant> receipts,
      Instant begun,
      Instant ended) {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "linger.ms", "20"),
            new StringSerializer(),
            new StringSerializer())) {
      for (ConsumerRecord<String, String> record : records) {
        String topic = record.topic().equals(topics.events()) ? target.events() : target.objects();
        producer.send(
            new ProducerRecord<>(
                topic,
                record.partition(),
                begun.toEpochMilli(),
                record.key(),
                record.value() == null ? null : received(record.value(), receipts, begun)));
      }
      String end = "{\"type\":\"END\",\"cluster\":\"a\",\"observedAt\":\"%s\"}".formatted(ended);
      for (String topic : List.of(target.events(), target.objects())) {
        for (int partition = 0; partition < partitions; partition++) {
          producer.send(new ProducerRecord<>(topic, partition, ended.toEpochMilli(), "end", end));
        }
      }
    }
  }

  private static String received(String value, Map<String, Instant> receipts, Instant begun) {
    ObjectNode envelope = (ObjectNode) parse(value);
    String id = id(envelope.path("type").asText(), envelope.path("object"));
    return envelope.put("observedAt", receipts.getOrDefault(id, begun).toString()).toString();
  }

  private static JsonNode parse(String value) {
    try {
      return JSON.readTree(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
