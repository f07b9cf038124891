package io.kspan.topology.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.common.utils.Utils;

/**
 * A record of one of the two input topics.
 *
 * @param event whether it goes to the events topic
 * @param key the object reference
 * @param value the envelope; null for a tombstone
 * @param receiptMillis {@code observedAt}
 */
record Message(boolean event, String key, byte[] value, long receiptMillis) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * The record that is made of {@code envelope} by somebody who does not know the groups of
   * involved objects: so snapshots and events of some kinds share a partition and those of others
   * do not.
   */
  static Message of(byte[] envelope) {
    try {
      JsonNode json = JSON.readTree(envelope);
      long receipt = Instant.parse(json.path("observedAt").asText()).toEpochMilli();
      String cluster = json.path("cluster").asText() + '/';
      if (json.path("type").asText().equals("LISTED")) {
        return new Message(
            false, cluster + json.path("scope").path("kind").asText(), envelope, receipt);
      }
      JsonNode object = json.path("object");
      boolean event = object.path("kind").asText().equals("Event");
      JsonNode typed = event ? object.path("involvedObject") : object;
      JsonNode named = event ? typed : object.path("metadata");
      return new Message(event, cluster + reference(event, typed, named), envelope, receipt);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String reference(boolean event, JsonNode typed, JsonNode named) {
    String apiVersion = typed.path("apiVersion").asText();
    String group = !event && apiVersion.contains("/") ? "." + apiVersion.split("/")[0] : "";
    String namespace =
        typed.path("kind").asText().equals("Node") ? "" : named.path("namespace").asText();
    return String.join(
        "/", namespace, typed.path("kind").asText() + group, named.path("name").asText());
  }

  /** The marker that says that nothing follows in its partition. */
  static Message end(boolean event) {
    byte[] value =
        "{\"type\":\"END\",\"cluster\":\"c\",\"observedAt\":\"2026-01-01T00:00:00Z\"}"
            .getBytes(StandardCharsets.UTF_8);
    return new Message(event, "", value, 0);
  }

  boolean isDeletion() {
    return value != null
        && new String(value, StandardCharsets.UTF_8).startsWith("{\"type\":\"DELETED\"");
  }

  /** What follows a DELETED. */
  Message tombstone() {
    return new Message(event, key, null, receiptMillis);
  }

  /** The same, received once more {@code millis} later. */
  Message receivedLater(long millis) {
    try {
      ObjectNode envelope = (ObjectNode) JSON.readTree(value);
      envelope.put("observedAt", Instant.ofEpochMilli(receiptMillis + millis).toString());
      return of(JSON.writeValueAsBytes(envelope));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where Kafka's default partitioner puts it. */
  int partition(int partitions) {
    return Utils.toPositive(Utils.murmur2(key.getBytes(StandardCharsets.UTF_8))) % partitions;
  }

  @Override
  public String toString() {
    return value == null ? key + " tombstone" : new String(value, StandardCharsets.UTF_8);
  }
}
