package io.kspan.topology.assemble;

import io.kspan.topology.model.InTime;
import io.kspan.topology.model.ObjectSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Which snapshots a session may use: none received after its closing moment, and none that may have
 * been pruned before, whether they are pruned yet or not. Gather prunes by the same rule.
 *
 * <p>Stateless.
 */
public final class SnapshotRetention {
  /**
   * How far back the rules reach: an event names a resourceVersion that was received up to 5 min
   * before it (trace-model 4), every other margin is smaller.
   */
  public static final long REACH_MILLIS = Duration.ofMinutes(5).toMillis();

  private static final int GENERATIONS = 8;

  private SnapshotRetention() {}

  /**
   * The snapshots to keep if everything that is still to be written was received at {@code
   * fromMillis} or later: those within reach of the rules, the last one of each living object
   * before them, and the first and last of the root's newest generations before them.
   *
   * <p>Applied again for a later moment, it keeps what that moment alone would keep, so it does not
   * matter when, or how often, snapshots are pruned.
   *
   * @param snapshots by receipt
   */
  public static List<ObjectSnapshot> from(
      List<ObjectSnapshot> snapshots, String rootUid, long fromMillis) {
    Map<String, ObjectSnapshot> last = new HashMap<>();
    NavigableMap<Long, ObjectSnapshot> begins = new TreeMap<>();
    NavigableMap<Long, ObjectSnapshot> ends = new TreeMap<>();
    int old = 0;
    while (old < snapshots.size()
        && snapshots.get(old).receiptMillis() < fromMillis - REACH_MILLIS) {
      ObjectSnapshot snapshot = snapshots.get(old);
      last.put(snapshot.uid(), snapshot);
      if (snapshot.uid().equals(rootUid)) {
        begins.putIfAbsent(snapshot.generation(), snapshot);
        ends.put(snapshot.generation(), snapshot);
      }
      old++;
    }
    if (old == 0) {
      return snapshots;
    }
    Set<ObjectSnapshot> kept = identitySet(newest(begins));
    kept.addAll(newest(ends));
    last.values().stream().filter(s -> !s.deleted()).forEach(kept::add);
    return Stream.concat(
            snapshots.subList(0, old).stream().filter(kept::contains),
            snapshots.subList(old, snapshots.size()).stream())
        .toList();
  }

  private static Collection<ObjectSnapshot> newest(NavigableMap<Long, ObjectSnapshot> generations) {
    return generations.descendingMap().values().stream().limit(GENERATIONS).toList();
  }

  /** All of a list are different; to hash a snapshot is to hash all that it says. */
  private static Set<ObjectSnapshot> identitySet(Collection<ObjectSnapshot> snapshots) {
    Set<ObjectSnapshot> set = Collections.newSetFromMap(new IdentityHashMap<>());
    set.addAll(snapshots);
    return set;
  }

  /**
   * The snapshots that {@code session} may use.
   *
   * @param snapshots by receipt
   */
  static List<ObjectSnapshot> of(List<ObjectSnapshot> snapshots, String rootUid, Session session) {
    List<ObjectSnapshot> known =
        session.knownFromNanos() == Long.MIN_VALUE
            ? snapshots
            : from(snapshots, rootUid, session.knownFromNanos() / Times.MILLI);
    return known.subList(
        0,
        InTime.firstNotBefore(
            known, s -> Times.ofMillis(s.receiptMillis()), Times.plus(session.closingNanos(), 1)));
  }

  /**
   * The snapshots of a tree, divided.
   *
   * @param nextMillis when more of {@code kept} can be pruned if nothing else happens; {@link
   *     Long#MAX_VALUE} if all of it has to stay
   */
  public record Pruned(List<ObjectSnapshot> pruned, List<ObjectSnapshot> kept, long nextMillis) {}

  /**
   * Divides the snapshots of a tree in which no session is open that began before {@code
   * fromMillis}.
   *
   * @param snapshots by receipt
   * @param rootRetentionMillis how long the root is kept after its deletion
   */
  public static Pruned prune(
      List<ObjectSnapshot> snapshots, String rootUid, long fromMillis, long rootRetentionMillis) {
    Map<String, ObjectSnapshot> last = new HashMap<>();
    snapshots.forEach(snapshot -> last.put(snapshot.uid(), snapshot));
    ObjectSnapshot root = last.get(rootUid);
    long rootPrunable =
        root != null && root.deleted()
            ? root.receiptMillis() + rootRetentionMillis
            : Long.MAX_VALUE;
    Set<ObjectSnapshot> needed = identitySet(from(snapshots, rootUid, fromMillis));
    List<ObjectSnapshot> pruned = new ArrayList<>();
    List<ObjectSnapshot> kept = new ArrayList<>();
    long next = Long.MAX_VALUE;
    for (ObjectSnapshot snapshot : snapshots) {
      boolean oldOfRoot =
          snapshot.uid().equals(rootUid) && snapshot.receiptMillis() < fromMillis - REACH_MILLIS;
      if (!needed.contains(snapshot) || oldOfRoot && rootPrunable <= fromMillis) {
        pruned.add(snapshot);
        continue;
      }
      kept.add(snapshot);
      ObjectSnapshot newest = last.get(snapshot.uid());
      if (oldOfRoot) {
        next = Math.min(next, rootPrunable);
      } else if (newest.deleted() || newest != snapshot) {
        next = Math.min(next, newest.receiptMillis() + REACH_MILLIS + 1);
      }
    }
    return new Pruned(pruned, kept, next);
  }
}
