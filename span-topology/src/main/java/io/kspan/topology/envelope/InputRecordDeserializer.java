package io.kspan.topology.envelope;

import io.kspan.topology.ops.TopologyCounters;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Parses a value once, at the edge. What cannot be read is counted and thrown, so that Kafka
 * Streams sends the received bytes to the dead letters. Thread-safe.
 */
public final class InputRecordDeserializer implements Deserializer<InputRecord> {
  private final EnvelopeReader reader;
  private final TopologyCounters counters;

  /** A deserializer that counts what it cannot read. */
  public InputRecordDeserializer(EnvelopeReader reader, TopologyCounters counters) {
    this.reader = reader;
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
      return reader.read(value);
    } catch (UnreadableRecordException e) {
      counters.rejected().increment();
      throw e;
    }
  }
}
