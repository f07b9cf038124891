package io.kspan.topology.gather;

import io.kspan.topology.assemble.Memory;
import io.kspan.topology.model.ObjectSnapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which snapshots of a tree no later session can need (bounded memory).
 *
 * <p>Pure and thread-safe.
 */
final class SnapshotPruning {
  private final long rootRetentionMillis;

  /**
   * A rule.
   *
   * @param rootRetentionMillis how long a deleted root is remembered
   */
  SnapshotPruning(long rootRetentionMillis) {
    this.rootRetentionMillis = rootRetentionMillis;
  }

  /**
   * What becomes of the snapshots of a tree.
   *
   * @param superfluous what can be forgotten
   * @param kept the rest
   * @param nextMillis when more of the rest can be forgotten if nothing else happens; {@link
   *     Long#MAX_VALUE} if all of it has to stay
   */
  record Pruned(List<ObjectSnapshot> superfluous, List<ObjectSnapshot> kept, long nextMillis) {}

  /**
   * What can be forgotten when no session is open that began before {@code neededFromMillis}:
   * whatever {@link Memory} does without, and a root that is long gone.
   */
  Pruned prune(List<ObjectSnapshot> snapshots, String rootUid, long neededFromMillis) {
    long reachMillis = neededFromMillis - Memory.REACH_MILLIS;
    List<ObjectSnapshot> sorted = new ArrayList<>(snapshots);
    sorted.sort(ObjectSnapshot.BY_RECEIPT);
    Map<String, ObjectSnapshot> last = new HashMap<>();
    sorted.forEach(snapshot -> last.put(snapshot.uid(), snapshot));
    long rootForgotten = rootForgottenMillis(last.get(rootUid));
    Set<ObjectSnapshot> needed = new HashSet<>(Memory.from(sorted, rootUid, neededFromMillis));
    List<ObjectSnapshot> superfluous = new ArrayList<>();
    List<ObjectSnapshot> kept = new ArrayList<>();
    long next = Long.MAX_VALUE;
    for (ObjectSnapshot snapshot : sorted) {
      boolean oldOfRoot = snapshot.uid().equals(rootUid) && snapshot.receiptMillis() < reachMillis;
      if (!needed.contains(snapshot) || oldOfRoot && rootForgotten <= neededFromMillis) {
        superfluous.add(snapshot);
        continue;
      }
      kept.add(snapshot);
      ObjectSnapshot newest = last.get(snapshot.uid());
      if (oldOfRoot) {
        next = Math.min(next, rootForgotten);
      } else if (newest.deleted() || newest != snapshot) {
        next = Math.min(next, newest.receiptMillis() + Memory.REACH_MILLIS + 1);
      }
    }
    return new Pruned(superfluous, kept, next);
  }

  /** Never while the root lives; nothing is received of an object after it was deleted. */
  private long rootForgottenMillis(ObjectSnapshot lastOfRoot) {
    boolean deleted = lastOfRoot != null && lastOfRoot.deleted();
    return deleted ? lastOfRoot.receiptMillis() + rootRetentionMillis : Long.MAX_VALUE;
  }
}
