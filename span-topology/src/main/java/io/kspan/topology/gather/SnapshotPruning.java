package io.kspan.topology.gather;

import io.kspan.topology.assemble.Memory;
import io.kspan.topology.model.ObjectSnapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Which snapshots of a tree no later session can need (bounded memory).
 *
 * <p>Pure and thread-safe.
 */
final class SnapshotPruning {
  private static final long REACH_MILLIS = TimeUnit.NANOSECONDS.toMillis(Memory.REACH_NANOS);
  private static final int GENERATIONS_KEPT = 8;

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
   * everything beyond the reach of the rules, except what each living object was last by then, and
   * the ends of the root's newest generations.
   */
  Pruned prune(List<ObjectSnapshot> snapshots, String rootUid, long neededFromMillis) {
    long reachMillis = neededFromMillis - REACH_MILLIS;
    List<ObjectSnapshot> sorted = new ArrayList<>(snapshots);
    sorted.sort(ObjectSnapshot.BY_RECEIPT);
    Map<String, ObjectSnapshot> last = new HashMap<>();
    Map<String, ObjectSnapshot> lastWithinReach = new HashMap<>();
    for (ObjectSnapshot snapshot : sorted) {
      last.put(snapshot.uid(), snapshot);
      if (snapshot.receiptMillis() < reachMillis) {
        lastWithinReach.put(snapshot.uid(), snapshot);
      }
    }
    long rootForgotten = rootForgottenMillis(last.get(rootUid));
    Set<ObjectSnapshot> ends =
        rootForgotten <= neededFromMillis ? Set.of() : generationEnds(sorted, rootUid);
    List<ObjectSnapshot> superfluous = new ArrayList<>();
    List<ObjectSnapshot> kept = new ArrayList<>();
    long next = Long.MAX_VALUE;
    for (ObjectSnapshot snapshot : sorted) {
      boolean current = !snapshot.deleted() && snapshot == lastWithinReach.get(snapshot.uid());
      if (snapshot.receiptMillis() < reachMillis && !current && !ends.contains(snapshot)) {
        superfluous.add(snapshot);
        continue;
      }
      kept.add(snapshot);
      ObjectSnapshot newest = last.get(snapshot.uid());
      if (ends.contains(snapshot)) {
        next = Math.min(next, rootForgotten);
      } else if (newest.deleted() || newest != snapshot) {
        next = Math.min(next, newest.receiptMillis() + REACH_MILLIS + 1);
      }
    }
    return new Pruned(superfluous, kept, next);
  }

  /** Never while the root lives; nothing is received of an object after it was deleted. */
  private long rootForgottenMillis(ObjectSnapshot lastOfRoot) {
    boolean deleted = lastOfRoot != null && lastOfRoot.deleted();
    return deleted ? lastOfRoot.receiptMillis() + rootRetentionMillis : Long.MAX_VALUE;
  }

  /** First and last snapshot of the root's newest generations: when and how it changed. */
  private static Set<ObjectSnapshot> generationEnds(List<ObjectSnapshot> sorted, String rootUid) {
    TreeMap<Long, ObjectSnapshot> first = new TreeMap<>();
    TreeMap<Long, ObjectSnapshot> newest = new TreeMap<>();
    for (ObjectSnapshot snapshot : sorted) {
      if (snapshot.uid().equals(rootUid)) {
        first.putIfAbsent(snapshot.generation(), snapshot);
        newest.put(snapshot.generation(), snapshot);
      }
    }
    Set<ObjectSnapshot> ends = new HashSet<>();
    first.descendingMap().values().stream().limit(GENERATIONS_KEPT).forEach(ends::add);
    newest.descendingMap().values().stream().limit(GENERATIONS_KEPT).forEach(ends::add);
    return ends;
  }
}
