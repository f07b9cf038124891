package io.kspan.topology.rekey;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.kspan.topology.envelope.InputRecord;
import io.kspan.topology.wire.StateSerde;
import io.kspan.topology.wire.proto.RekeyedEntry;
import org.apache.kafka.common.serialization.Deserializer;

/** Values of the repartition topics of re-keyed inputs. As thread-safe as what reads a value. */
public final class RekeyedSerde extends StateSerde<Rekeyed, RekeyedEntry> {
  private final Deserializer<InputRecord> records;

  /** {@code records} reads the values. */
  public RekeyedSerde(Deserializer<InputRecord> records) {
    super(RekeyedEntry.parser());
    this.records = records;
  }

  @Override
  protected RekeyedEntry toMessage(Rekeyed value) {
    RekeyedEntry.Builder entry = RekeyedEntry.newBuilder();
    if (value.record() instanceof InputRecord.Progress progress) {
      entry.setProgress(
          RekeyedEntry.Progress.newBuilder()
              .setSource(progress.source())
              .setSources(progress.sources())
              .setMillis(progress.millis()));
    } else {
      // Nothing changes a value after it was received.
      entry.setReceived(UnsafeByteOperations.unsafeWrap(value.received()));
    }
    return entry.build();
  }

  @Override
  protected Rekeyed fromMessage(RekeyedEntry entry) {
    return switch (entry.getKindCase()) {
      case RECEIVED -> received(entry.getReceived());
      case PROGRESS ->
          new Rekeyed(
              null,
              new InputRecord.Progress(
                  entry.getProgress().getSource(),
                  entry.getProgress().getSources(),
                  entry.getProgress().getMillis()));
      case KIND_NOT_SET -> throw unknownKind(entry);
    };
  }

  private Rekeyed received(ByteString value) {
    byte[] received = value.toByteArray();
    return new Rekeyed(received, records.deserialize("", received));
  }
}
