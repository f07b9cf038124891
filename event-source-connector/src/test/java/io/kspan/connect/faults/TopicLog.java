package io.kspan.connect.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kspan.testsupport.apiserver.StubCollection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.Consumer;

/** The versions that have arrived in the topics of one connector. One thread only. */
final class TopicLog implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration POLL = Duration.ofMillis(100);

  private final Consumer<byte[], byte[]> consumer;
  private final Set<String> arrived = new TreeSet<>();

  /**
   * @param consumer of the topics of events and objects; closed with this
   */
  TopicLog(Consumer<byte[], byte[]> consumer) {
    this.consumer = consumer;
  }

  /** All versions so far, as in {@link StubCollection#had}. */
  Set<String> arrived() {
    consumer.poll(POLL).forEach(one -> add(one.value()));
    return arrived;
  }

  private void add(byte[] value) {
    try {
      JsonNode envelope = value == null ? JSON.nullNode() : JSON.readTree(value);
      // Neither tombstones nor markers are versions.
      if (envelope.has("object")) {
        boolean deleted = envelope.path("type").asText().equals("DELETED");
        arrived.add((deleted ? "-" : "") + StubCollection.idOf(envelope.path("object")));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
