package io.kspan.topology.rekey;

import io.kspan.topology.envelope.InputRecord;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads a record of an input and keeps what was received, since that is what goes on. As
 * thread-safe as what reads the record.
 */
public final class ReceivedDeserializer implements Deserializer<Rekeyed> {
  private final Deserializer<InputRecord> records;

  /** {@code records} reads the values. */
  public ReceivedDeserializer(Deserializer<InputRecord> records) {
    this.records = records;
  }

  @Override
  public Rekeyed deserialize(String topic, byte[] value) {
    return value == null ? null : new Rekeyed(value, records.deserialize(topic, value));
  }
}
