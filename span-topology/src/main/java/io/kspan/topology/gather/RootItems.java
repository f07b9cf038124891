package io.kspan.topology.gather;

import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.wire.GatherItem;
import io.kspan.topology.wire.SortableStamp;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The items of each root, appended one by one under keys of the root and of the item; nothing that
 * grows is ever rewritten.
 *
 * <p>Not thread-safe.
 */
final class RootItems {
  private final KeyValueStore<String, GatherItem> store;
  private final StoredItems stored;

  RootItems(KeyValueStore<String, GatherItem> store) {
    this.store = store;
    this.stored = new StoredItems(store);
  }

  /**
   * Adds an item.
   *
   * @param stored the same, or as {@link GatherItem.Received}
   */
  void add(String rootKey, GatherItem item, GatherItem stored) {
    store.put(key(rootKey, item), stored);
  }

  void remove(String rootKey, GatherItem item) {
    // Not delete, which reads and decodes the old value.
    store.put(key(rootKey, item), null);
  }

  /** What is stored. */
  StoredItems stored() {
    return stored;
  }

  private static String key(String rootKey, GatherItem item) {
    if (item instanceof GatherItem.Occurrence occurrence) {
      return StoredItems.occurrences(rootKey) + occurrence.placed().event().id();
    }
    if (item instanceof GatherItem.Snapshot snapshot) {
      ObjectSnapshot object = snapshot.object();
      return StoredItems.snapshots(rootKey, object.uid())
          + SortableStamp.of(object.receiptMillis())
          + SortableStamp.of(object.sequence());
    }
    throw new IllegalArgumentException("not an item of a root: " + item);
  }
}
