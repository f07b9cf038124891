package io.kspan.topology.gather;

import io.kspan.topology.model.Cluster;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.PlacedOccurrence;
import io.kspan.topology.model.RootLog;
import io.kspan.topology.wire.GatherItem;
import io.kspan.topology.wire.RootKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * Reads the items of roots: {@link RootItems} of a stream thread, and interactive queries.
 *
 * <p>All items of a root stand together. A scan steps over deleted entries up to the next one that
 * is not deleted, and most occurrences are deleted; so those of all roots must not stand in one
 * range. As thread-safe as the store.
 */
final class StoredItems {
  private static final char SEPARATOR = '\u0000';
  private static final String OCCURRENCES = SEPARATOR + "e";
  private static final String SNAPSHOTS = SEPARATOR + "s";

  private final ReadOnlyKeyValueStore<String, GatherItem> store;

  StoredItems(ReadOnlyKeyValueStore<String, GatherItem> store) {
    this.store = store;
  }

  /** What the keys of the occurrences of a root begin with. */
  static String occurrences(String rootKey) {
    return rootKey + OCCURRENCES;
  }

  /** What the keys of the versions of an object of its tree begin with. */
  static String snapshots(String rootKey, String uid) {
    return rootKey + SNAPSHOTS + uid + SEPARATOR;
  }

  /** The newest snapshot of an object of the tree received up to {@code millis}, if any. */
  Optional<ObjectSnapshot> last(String rootKey, String uid, long millis) {
    List<ObjectSnapshot> last = new ArrayList<>(1);
    scan(
        snapshots(rootKey, uid),
        item -> {
          if (item instanceof GatherItem.Snapshot snapshot
              && snapshot.object().receiptMillis() <= millis) {
            last.clear();
            last.add(snapshot.object());
          }
        });
    return last.stream().findFirst();
  }

  /** Everything stored under a root; its occurrences may be empty. */
  RootLog load(String rootKey, Cluster cluster) {
    List<PlacedOccurrence> occurrences = new ArrayList<>();
    List<ObjectSnapshot> snapshots = new ArrayList<>();
    scan(
        rootKey + SEPARATOR,
        item -> {
          if (item instanceof GatherItem.Occurrence occurrence) {
            occurrences.add(occurrence.placed());
          } else if (item instanceof GatherItem.Snapshot snapshot) {
            snapshots.add(snapshot.object());
          }
        });
    return RootLog.of(
        cluster, rootOf(RootKeys.rootOf(rootKey), occurrences, snapshots), occurrences, snapshots);
  }

  private void scan(String prefix, Consumer<GatherItem> action) {
    try (KeyValueIterator<String, GatherItem> items =
        store.prefixScan(prefix, new StringSerializer())) {
      while (items.hasNext()) {
        KeyValue<String, GatherItem> entry = items.next();
        action.accept(entry.value);
      }
    }
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
}
