package io.kspan.topology.envelope;

import io.kspan.topology.metrics.Metrics;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Parses a value once, at the edge. What cannot be read is thrown, so that Kafka Streams sends the
 * received bytes to the dead letters. Thread-safe.
 */
public final class InputRecordDeserializer implements Deserializer<InputRecord> {
  private final EnvelopeReader reader;
  private final InputFilter filter;
  private final Metrics counters;

  /** A deserializer that counts what {@code filter} leaves out. */
  public InputRecordDeserializer(EnvelopeReader reader, InputFilter filter, Metrics counters) {
    this.reader = reader;
    this.filter = filter;
    this.counters = counters;
  }

  /**
   * Reads a value; null for a tombstone.
   *
   * @throws UnreadableRecordException that says what is wrong
   */
  @Override
  public InputRecord deserialize(String topic, byte[] value) {
    if (value == null) {
      return null;
    }
    return filter.apply(reader.read(value), counters);
  }
}
