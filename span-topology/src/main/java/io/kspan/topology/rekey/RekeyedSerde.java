package io.kspan.topology.rekey;

import com.google.protobuf.UnsafeByteOperations;
import io.kspan.topology.envelope.InputRecord;
import io.kspan.topology.wire.StateSerde;
import io.kspan.topology.wire.proto.RekeyedEntry;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.streams.processor.StreamPartitioner;

/**
 * Values of the repartition topics of re-keyed inputs: values as received, and watermarks. As
 * thread-safe as what reads a value.
 */
public final class RekeyedSerde extends StateSerde<InputRecord, RekeyedEntry> {
  private final Deserializer<InputRecord> records;

  /** {@code records} reads the values. */
  public RekeyedSerde(Deserializer<InputRecord> records) {
    super(RekeyedEntry.parser());
    this.records = records;
  }

  /** Reads an input topic and keeps the values. */
  public static Deserializer<InputRecord> keepingValues(Deserializer<InputRecord> records) {
    return (topic, value) ->
        value == null ? null : new InputRecord.Received(value, records.deserialize(topic, value));
  }

  /** Records go to the partition of their key, a watermark to the one that it names. */
  public static StreamPartitioner<byte[], InputRecord> partitioner() {
    return (topic, key, value, partitions) ->
        value instanceof InputRecord.Watermark watermark
            ? Optional.of(Set.of(watermark.partition()))
            : Optional.empty();
  }

  @Override
  protected RekeyedEntry toMessage(InputRecord record) {
    RekeyedEntry.Builder entry = RekeyedEntry.newBuilder();
    if (record instanceof InputRecord.Watermark watermark) {
      entry.setWatermark(
          RekeyedEntry.Watermark.newBuilder()
              .setPartition(watermark.partition())
              .setMillis(watermark.millis()));
    } else if (record instanceof InputRecord.Received received) {
      // A value does not change after it was received.
      entry.setReceived(UnsafeByteOperations.unsafeWrap(received.value()));
    }
    return entry.build();
  }

  @Override
  protected InputRecord fromMessage(RekeyedEntry entry) {
    return switch (entry.getKindCase()) {
      case RECEIVED -> records.deserialize("", entry.getReceived().toByteArray());
      case WATERMARK ->
          new InputRecord.Watermark(
              entry.getWatermark().getPartition(), entry.getWatermark().getMillis());
      case KIND_NOT_SET -> throw unknownKind(entry);
    };
  }
}
