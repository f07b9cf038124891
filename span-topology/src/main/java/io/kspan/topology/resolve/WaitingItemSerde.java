package io.kspan.topology.resolve;

import io.kspan.topology.wire.ModelMapping;
import io.kspan.topology.wire.StateSerde;
import io.kspan.topology.wire.proto.PendingEntry;

/** Values of the store of waiting items. Thread-safe. */
public final class WaitingItemSerde extends StateSerde<WaitingItem, PendingEntry> {
  /** A serde. */
  public WaitingItemSerde() {
    super(PendingEntry.parser());
  }

  @Override
  protected PendingEntry toMessage(WaitingItem item) {
    PendingEntry.Builder entry = PendingEntry.newBuilder().setCluster(item.cluster());
    if (item.event() != null) {
      entry.setEvent(ModelMapping.toMessage(item.event()));
    } else if (item.object() != null) {
      entry.setVersion(ModelMapping.toMessage(item.object())).setRepeat(!item.isNews());
    } else {
      entry.setDeletion(
          PendingEntry.Deletion.newBuilder()
              .setObject(ModelMapping.toMessage(item.gone().object()))
              .setMillis(item.gone().millis()));
    }
    return entry.build();
  }

  @Override
  protected WaitingItem fromMessage(PendingEntry entry) {
    return switch (entry.getKindCase()) {
      case EVENT ->
          WaitingItem.occurrence(entry.getCluster(), ModelMapping.fromMessage(entry.getEvent()));
      case VERSION ->
          WaitingItem.version(
              entry.getCluster(), ModelMapping.fromMessage(entry.getVersion()), !entry.getRepeat());
      case DELETION ->
          WaitingItem.gone(
              entry.getCluster(),
              ModelMapping.fromMessage(entry.getDeletion().getObject()),
              entry.getDeletion().getMillis());
      case KIND_NOT_SET -> throw unknownKind(entry);
    };
  }
}
