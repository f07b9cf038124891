package io.kspan.quickstart.replay;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.kspan.connect.record.EnvelopeMapper;
import io.kspan.connect.record.MappedRecord;
import io.kspan.connect.record.Projection;
import io.kspan.connect.record.WatchType;
import io.kspan.topology.capture.CaptureRecord;
import io.kspan.topology.capture.Captures;
import io.kspan.topology.names.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes captures to the input topics as the connector does, with its record mapping, the
 * partitioner of Connect's producer and the receipt as timestamp. Then it writes an end marker to
 * every partition. For one thread. The first record that the broker refuses ends the load with its
 * exception.
 */
final class CaptureLoader implements AutoCloseable {

  /** The connector's default limit of a record, just below the broker's. */
  private static final int MAX_RECORD_BYTES = 900_000;

  private final Topics topics;
  private final int partitions;
  private final String cluster;
  private final EnvelopeMapper mapper;
  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private Instant last = Instant.EPOCH;

  CaptureLoader(String bootstrapServers, Topics topics, int partitions, String cluster) {
    this.topics = topics;
    this.partitions = partitions;
    this.cluster = cluster;
    this.mapper =
        new EnvelopeMapper(
            new EnvelopeMapper.Settings(
                cluster, topics.events(), topics.objects(), Projection.SAFE, MAX_RECORD_BYTES));
    this.producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                ProducerConfig.CLIENT_ID_CONFIG, "capture-loader",
                ProducerConfig.LINGER_MS_CONFIG, "20",
                ProducerConfig.BATCH_SIZE_CONFIG, "131072"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /**
   * The result of a load.
   *
   * @param records watch events read
   * @param unmapped of these, objects without a name
   */
  record Loaded(long records, long unmapped) {}

  /**
   * Loads all records and the end markers; returns when the broker has acknowledged them.
   *
   * @param progress receives the number of watch events read, after each
   */
  Loaded load(Captures captures, LongConsumer progress) {
    Loaded loaded = loadOpen(captures, progress);
    markEnd(last);
    flush();
    return loaded;
  }

  /** The same without end markers. */
  Loaded loadOpen(Captures captures, LongConsumer progress) {
    long records = 0;
    long unmapped = 0;
    for (CaptureRecord next = captures.next(); next != null; next = captures.next()) {
      records++;
      last = next.receivedAt();
      unmapped += send(next) ? 0 : 1;
      progress.accept(records);
    }
    flush();
    return new Loaded(records, unmapped);
  }

  private void flush() {
    producer.flush();
    throwFailure();
  }

  private boolean send(CaptureRecord capture) {
    List<MappedRecord> mapped;
    try {
      mapped =
          mapper.map(
              WatchType.of(capture.type()).orElseThrow(), capture.object(), capture.receivedAt());
    } catch (IllegalArgumentException e) {
      return false;
    }
    for (MappedRecord record : mapped) {
      send(
          new ProducerRecord<>(
              record.topic(),
              null,
              record.timestampMillis(),
              bytes(record.key()),
              record.value() == null ? null : bytes(record.value())));
    }
    return true;
  }

  private void markEnd(Instant last) {
    byte[] value =
        bytes(
            "{\"type\":\"END\",\"cluster\":\"%s\",\"observedAt\":\"%s\"}"
                .formatted(quoted(cluster), last));
    for (String topic : List.of(topics.events(), topics.objects())) {
      for (int partition = 0; partition < partitions; partition++) {
        send(new ProducerRecord<>(topic, partition, last.toEpochMilli(), bytes("end"), value));
      }
    }
  }

  private void send(ProducerRecord<byte[], byte[]> record) {
    throwFailure();
    producer.send(
        record,
        (metadata, e) -> {
          if (e != null) {
            failure.compareAndSet(null, e);
          }
        });
  }

  private void throwFailure() {
    Exception e = failure.get();
    if (e != null) {
      throw new IllegalStateException("the broker refused a record: " + e.getMessage(), e);
    }
  }

  private static String quoted(String text) {
    return new String(JsonStringEncoder.getInstance().quoteAsString(text));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
  }
}
