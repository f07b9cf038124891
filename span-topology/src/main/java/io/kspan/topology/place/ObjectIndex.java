package io.kspan.topology.place;

import io.kspan.topology.model.Cluster;
import io.kspan.topology.model.Lineage;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.wire.DecodedCache;
import java.util.List;
import java.util.Set;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The objects whose snapshots this task reads, by cluster and UID, with their newest versions. Sole
 * owner of the store {@code known-objects}.
 *
 * <p>Called by the placing processor on its stream thread.
 */
final class ObjectIndex {
  private final KeyValueStore<String, IndexedObject> store;
  // Each version and each Event of an object reads it.
  private final DecodedCache<IndexedObject> objects;
  private final Set<String> boundaryKinds;

  ObjectIndex(KeyValueStore<String, IndexedObject> store, Set<String> boundaryKinds) {
    this.store = store;
    this.objects = new DecodedCache<>(store);
    this.boundaryKinds = boundaryKinds;
  }

  /**
   * What a version changes.
   *
   * @param published lineage to publish, null if it has not changed
   * @param notDeletedMillis when the object was to count as deleted, which it does not; 0 if it was
   *     not
   * @param isCopy whether the version had been received before
   * @param isChange whether it says anything that the version received before it did not
   * @param changes versions received later that are changes, now that this one lies before them
   * @param repeats versions received later that are none any more, for the same reason
   */
  record Update(
      Lineage published,
      long notDeletedMillis,
      boolean isCopy,
      boolean isChange,
      List<ReceivedVersion> changes,
      List<ReceivedVersion> repeats) {}

  /** Adds a version. */
  Update add(String cluster, ObjectSnapshot next) {
    String key = key(cluster, next.uid());
    IndexedObject known = objects.get(key);
    if (known != null && known.isMissing(next.receiptMillis())) {
      // It begins anew, whether it has been forgotten by now or not.
      known = null;
    }
    ReceivedVersion version = ReceivedVersion.of(next);
    if (known != null && known.isCopy(version)) {
      IndexedObject copied = known.copied(version.receiptMillis());
      if (copied != known) {
        objects.put(key, copied);
      }
      return update(known, copied, true, false, List.of(), List.of());
    }
    IndexedObject.Step step =
        known == null
            ? IndexedObject.first(next, version)
            : known.after(next, version, boundaryKinds);
    objects.put(key, step.now());
    return update(known, step.now(), false, step.isChange(), step.changes(), step.repeats());
  }

  private static Update update(
      IndexedObject before,
      IndexedObject now,
      boolean isCopy,
      boolean isChange,
      List<ReceivedVersion> changes,
      List<ReceivedVersion> repeats) {
    boolean same = before != null && now.published().equals(before.published());
    return new Update(
        same ? null : now.published(),
        same || before == null || before.missingMillis() == now.missingMillis()
            ? 0
            : before.missingMillis(),
        isCopy,
        isChange,
        changes,
        repeats);
  }

  /** Whether a snapshot of the object was received up to {@code millis}. */
  boolean wasSeen(String cluster, String uid, long millis) {
    IndexedObject known = objects.get(key(cluster, uid));
    return known != null && known.lineage().firstSeenMillis() <= millis;
  }

  /**
   * Forgets an object that was deleted by {@code millis}: not one that has reappeared, and not a
   * namespace whose UID is that of its cluster, which sessions name for as long as they come.
   *
   * @return whether it is forgotten
   */
  boolean forget(String key, long millis) {
    IndexedObject known = objects.get(key);
    if (known != null
        && (known.published().deletedMillis() > millis
            || Cluster.IDENTITY.equals(known.lineage().identity().reference()))) {
      return false;
    }
    objects.remove(key);
    return true;
  }

  /** What {@link #visit} calls. */
  interface Visitor {
    /**
     * Takes an object that exists as far as is known.
     *
     * @param lastSeenMillis when something was received of it last
     * @return whether to go on
     */
    boolean visit(String key, String cluster, ObjectIdentity object, long lastSeenMillis);
  }

  /**
   * Visits at most {@code limit} objects.
   *
   * @param from key of the first, null for the beginning
   * @return key of the next, null after the last
   */
  String visit(String from, int limit, Visitor visitor) {
    try (KeyValueIterator<String, IndexedObject> entries = store.range(from, null)) {
      boolean goOn = true;
      for (int i = 0; entries.hasNext(); i++) {
        if (i == limit || !goOn) {
          return entries.peekNextKey();
        }
        KeyValue<String, IndexedObject> entry = entries.next();
        if (entry.value.exists()) {
          ObjectIdentity identity = entry.value.lineage().identity();
          String cluster = entry.key.substring(0, entry.key.length() - identity.uid().length() - 1);
          goOn = visitor.visit(entry.key, cluster, identity, entry.value.lastSeenMillis());
        }
      }
    }
    return null;
  }

  /**
   * Notes that an object counts as deleted from {@code millis} on.
   *
   * @return its lineage then
   */
  Lineage missing(String key, long millis) {
    IndexedObject missing = objects.get(key).missingSince(millis);
    objects.put(key, missing);
    return missing.published();
  }

  static String key(String cluster, String uid) {
    return cluster + "/" + uid;
  }
}
