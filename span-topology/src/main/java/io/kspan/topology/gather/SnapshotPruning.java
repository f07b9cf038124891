package io.kspan.topology.gather;

import io.kspan.topology.model.ObjectSnapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which snapshots of a tree no later session can need (bounded memory).
 *
 * <p>Pure and thread-safe.
 */
final class SnapshotPruning {
  // How far an event's resourceVersion reaches back (trace-model 4), and more than any margin of
  // the rules.
  private static final long REACH_MILLIS = 300_000;
  private static final int GENERATIONS_KEPT = 8;

  private final long retentionMillis;

  /**
   * A rule.
   *
   * @param retentionMillis how long a deleted object is remembered
   */
  SnapshotPruning(long retentionMillis) {
    this.retentionMillis = retentionMillis;
  }

  /**
   * What can be forgotten when nothing received before {@code untilMillis} is missing: everything
   * older than the reach of the rules, except what each object was last, and the ends of the root's
   * newest generations.
   */
  List<ObjectSnapshot> superfluous(
      List<ObjectSnapshot> snapshots, String rootUid, long untilMillis) {
    List<ObjectSnapshot> sorted = new ArrayList<>(snapshots);
    sorted.sort(ObjectSnapshot.BY_RECEIPT);
    Map<String, ObjectSnapshot> last = new HashMap<>();
    TreeMap<Long, ObjectSnapshot> first = new TreeMap<>();
    TreeMap<Long, ObjectSnapshot> newest = new TreeMap<>();
    for (ObjectSnapshot snapshot : sorted) {
      last.put(snapshot.uid(), snapshot);
      if (snapshot.uid().equals(rootUid)) {
        first.putIfAbsent(snapshot.generation(), snapshot);
        newest.put(snapshot.generation(), snapshot);
      }
    }
    Set<ObjectSnapshot> kept = new HashSet<>();
    last.values().stream()
        .filter(s -> !s.deleted() || s.receiptMillis() > untilMillis - retentionMillis)
        .forEach(kept::add);
    boolean rootGone = last.containsKey(rootUid) && !kept.contains(last.get(rootUid));
    if (!rootGone) {
      first.descendingMap().values().stream().limit(GENERATIONS_KEPT).forEach(kept::add);
      newest.descendingMap().values().stream().limit(GENERATIONS_KEPT).forEach(kept::add);
    }
    return sorted.stream()
        .filter(s -> !kept.contains(s) && s.receiptMillis() < untilMillis - REACH_MILLIS)
        .toList();
  }
}
