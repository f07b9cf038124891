package io.kspan.topology.assemble;

import io.kspan.topology.model.ObjectSnapshot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * When each object of a tree changed: scheduled, initialized, ready or not, containers, phase,
 * deleted (trace-model 6.2).
 *
 * <p>Immutable after construction.
 */
final class StateChanges {
  private final Map<String, TreeSet<Long>> byUid = new HashMap<>();
  private final long untilNanos;

  /**
   * The changes told by snapshots.
   *
   * @param snapshots by receipt
   * @param untilNanos later changes do not count
   */
  StateChanges(List<ObjectSnapshot> snapshots, long untilNanos) {
    this.untilNanos = untilNanos;
    Map<String, String> states = new HashMap<>();
    for (ObjectSnapshot snapshot : snapshots) {
      String before = states.put(snapshot.uid(), snapshot.state());
      if (before != null && !before.equals(snapshot.state())) {
        byUid
            .computeIfAbsent(snapshot.uid(), u -> new TreeSet<>())
            .add(Times.ofMillis(snapshot.receiptMillis()));
      }
    }
  }

  /** The first change of the object after {@code timeNanos}; never if there is none. */
  long nextAfter(String uid, long timeNanos) {
    TreeSet<Long> changes = byUid.get(uid);
    Long next = changes == null ? null : changes.higher(timeNanos);
    return next == null || next > untilNanos ? Times.NEVER : next;
  }
}
