package io.kspan.topology.envelope;

import io.kspan.topology.ops.TopologyCounters;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Parses a value once, at the edge. What cannot be read is counted and thrown, so that Kafka
 * Streams sends the received bytes to the dead letters. Thread-safe.
 */
public final class InputRecordDeserializer implements Deserializer<InputRecord> {
  private final EnvelopeReader reader;
  private final InputFilter filter;
  private final TopologyCounters counters;

  /** A deserializer that counts what it cannot read, and what {@code filter} leaves out. */
  public InputRecordDeserializer(
      EnvelopeReader reader, InputFilter filter, TopologyCounters counters) {
    this.reader = reader;
    this.filter = filter;
    this.counters = counters;
  }

  /**
   * Reads a value; null for a tombstone.
   *
   * @throws UnreadableRecordException saying what is wrong
   */
  @Override
  public InputRecord deserialize(String topic, byte[] value) {
    if (value == null) {
      return null;
    }
    try {
      return filter.apply(reader.read(value), counters);
    } catch (UnreadableRecordException e) {
      counters.rejected().increment();
      throw e;
    }
  }
}
