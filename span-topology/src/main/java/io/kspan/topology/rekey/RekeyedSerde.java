package io.kspan.topology.rekey;

import io.kspan.topology.envelope.InputRecord;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/** One byte that says what follows: a value as received, or progress. Thread-safe. */
public final class RekeyedSerde implements Serde<Rekeyed> {
  private static final byte RECEIVED = 0;
  private static final byte PROGRESS = 1;
  private static final int PROGRESS_BYTES = 1 + 2 * Integer.BYTES + Long.BYTES;

  private final Deserializer<InputRecord> records;

  /** {@code records} reads the values. */
  public RekeyedSerde(Deserializer<InputRecord> records) {
    this.records = records;
  }

  @Override
  public Serializer<Rekeyed> serializer() {
    return (topic, value) -> write(value);
  }

  @Override
  public Deserializer<Rekeyed> deserializer() {
    return this::read;
  }

  private static byte[] write(Rekeyed value) {
    if (value.record() instanceof InputRecord.Progress progress) {
      return ByteBuffer.allocate(PROGRESS_BYTES)
          .put(PROGRESS)
          .putInt(progress.source())
          .putInt(progress.sources())
          .putLong(progress.millis())
          .array();
    }
    return ByteBuffer.allocate(1 + value.received().length)
        .put(RECEIVED)
        .put(value.received())
        .array();
  }

  private Rekeyed read(String topic, byte[] bytes) {
    if (bytes.length == PROGRESS_BYTES && bytes[0] == PROGRESS) {
      ByteBuffer in = ByteBuffer.wrap(bytes, 1, PROGRESS_BYTES - 1);
      return new Rekeyed(null, new InputRecord.Progress(in.getInt(), in.getInt(), in.getLong()));
    }
    if (bytes.length > 0 && bytes[0] == RECEIVED) {
      byte[] received = Arrays.copyOfRange(bytes, 1, bytes.length);
      return new Rekeyed(received, records.deserialize(topic, received));
    }
    throw new SerializationException(
        "no re-keyed record in " + topic + "; run the release that wrote it, or a later one");
  }
}
