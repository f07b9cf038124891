package io.kspan.topology.place;

import io.kspan.topology.wire.ModelMapping;
import io.kspan.topology.wire.StateSerde;
import io.kspan.topology.wire.proto.PendingEntry;

/** Values of the store {@code pending-items}. Thread-safe. */
public final class PendingItemSerde extends StateSerde<PendingItem, PendingEntry> {
  /** A serde. */
  public PendingItemSerde() {
    super(PendingEntry.parser());
  }

  @Override
  protected PendingEntry toMessage(PendingItem item) {
    PendingEntry.Builder entry = PendingEntry.newBuilder().setCluster(item.cluster());
    if (item.event() != null) {
      entry.setEvent(ModelMapping.toMessage(item.event()));
    } else if (item.object() != null) {
      entry.setVersion(ModelMapping.toMessage(item.object())).setRepeat(!item.isChange());
    } else {
      entry.setDeletion(
          PendingEntry.Deletion.newBuilder()
              .setObject(ModelMapping.toMessage(item.deletion().object()))
              .setMillis(item.deletion().millis()));
    }
    return entry.build();
  }

  @Override
  protected PendingItem fromMessage(PendingEntry entry) {
    return switch (entry.getKindCase()) {
      case EVENT ->
          PendingItem.occurrence(entry.getCluster(), ModelMapping.fromMessage(entry.getEvent()));
      case VERSION ->
          PendingItem.version(
              entry.getCluster(), ModelMapping.fromMessage(entry.getVersion()), !entry.getRepeat());
      case DELETION ->
          PendingItem.deletion(
              entry.getCluster(),
              ModelMapping.fromMessage(entry.getDeletion().getObject()),
              entry.getDeletion().getMillis());
      case KIND_NOT_SET -> throw unknownKind(entry);
    };
  }
}
