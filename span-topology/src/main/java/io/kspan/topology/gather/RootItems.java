package io.kspan.topology.gather;

import io.kspan.topology.model.Cluster;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.PlacedOccurrence;
import io.kspan.topology.model.RootLog;
import io.kspan.topology.wire.GatherItem;
import io.kspan.topology.wire.RootKeys;
import io.kspan.topology.wire.SortableStamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The items of each root, appended one by one under keys that begin with the root; nothing that
 * grows is ever rewritten.
 *
 * <p>Not thread-safe.
 */
final class RootItems {
  private static final char SEPARATOR = '\u0000';

  private final KeyValueStore<String, GatherItem> store;

  RootItems(KeyValueStore<String, GatherItem> store) {
    this.store = store;
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

  /** The newest snapshot of an object of the tree received up to {@code millis}, if any. */
  Optional<ObjectSnapshot> last(String rootKey, String uid, long millis) {
    ObjectSnapshot last = null;
    try (KeyValueIterator<String, GatherItem> items =
        store.prefixScan(snapshots(rootKey, uid), new StringSerializer())) {
      while (items.hasNext()) {
        if (items.next().value instanceof GatherItem.Snapshot snapshot
            && snapshot.object().receiptMillis() <= millis) {
          last = snapshot.object();
        }
      }
    }
    return Optional.ofNullable(last);
  }

  private static String snapshots(String rootKey, String uid) {
    return rootKey + SEPARATOR + 's' + SEPARATOR + uid + SEPARATOR;
  }

  /** Everything stored under a root; its occurrences may be empty. */
  RootLog load(String rootKey, Cluster cluster) {
    List<PlacedOccurrence> occurrences = new ArrayList<>();
    List<ObjectSnapshot> snapshots = new ArrayList<>();
    try (KeyValueIterator<String, GatherItem> items =
        store.prefixScan(rootKey + SEPARATOR, new StringSerializer())) {
      while (items.hasNext()) {
        KeyValue<String, GatherItem> entry = items.next();
        if (entry.value instanceof GatherItem.Occurrence occurrence) {
          occurrences.add(occurrence.placed());
        } else if (entry.value instanceof GatherItem.Snapshot snapshot) {
          snapshots.add(snapshot.object());
        }
      }
    }
    return RootLog.of(
        cluster, rootOf(RootKeys.rootOf(rootKey), occurrences, snapshots), occurrences, snapshots);
  }

  /** The root by its own snapshot, else by an event that was placed when it had been seen. */
  private static ObjectIdentity rootOf(
      String uid, List<PlacedOccurrence> occurrences, List<ObjectSnapshot> snapshots) {
    ObjectIdentity best = null;
    for (ObjectSnapshot snapshot : snapshots) {
      if (snapshot.uid().equals(uid)) {
        return snapshot.identity();
      }
    }
    for (PlacedOccurrence occurrence : occurrences) {
      if (best == null || !best.seen() && occurrence.root().seen()) {
        best = occurrence.root();
      }
    }
    return best;
  }

  private static String key(String rootKey, GatherItem item) {
    if (item instanceof GatherItem.Occurrence occurrence) {
      return rootKey + SEPARATOR + 'e' + SEPARATOR + occurrence.placed().event().id();
    }
    if (item instanceof GatherItem.Snapshot snapshot) {
      ObjectSnapshot object = snapshot.object();
      return snapshots(rootKey, object.uid())
          + SortableStamp.of(object.receiptMillis())
          + SortableStamp.of(object.sequence());
    }
    throw new IllegalArgumentException("not an item of a root: " + item);
  }
}
