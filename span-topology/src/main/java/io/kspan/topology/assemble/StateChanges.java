package io.kspan.topology.assemble;

import io.kspan.topology.model.ObjectSnapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * When each object of a tree changed: scheduled, initialized, ready or not, containers, phase,
 * deleted (trace-model 6.2).
 *
 * <p>Immutable after construction.
 */
final class StateChanges {
  private final Map<String, Changes> byUid = new HashMap<>();
  private final long untilNanos;

  /** Of one object; its changes in order of time. */
  private static final class Changes {
    private final List<Long> times = new ArrayList<>(2);
    private ObjectSnapshot last;

    void add(ObjectSnapshot next) {
      if (last != null
          && (last.statusHash() != next.statusHash() || last.deleted() != next.deleted())) {
        times.add(Times.ofMillis(next.receiptMillis()));
      }
      last = next;
    }

    /** An object changes a few times: going through them is quicker than anything else. */
    long nextAfter(long timeNanos) {
      for (long time : times) {
        if (time > timeNanos) {
          return time;
        }
      }
      return Times.NEVER;
    }
  }

  /**
   * The changes told by snapshots.
   *
   * @param snapshots by receipt
   * @param untilNanos later changes do not count
   */
  StateChanges(List<ObjectSnapshot> snapshots, long untilNanos) {
    this.untilNanos = untilNanos;
    for (ObjectSnapshot snapshot : snapshots) {
      byUid.computeIfAbsent(snapshot.uid(), u -> new Changes()).add(snapshot);
    }
  }

  /** The first change of the object after {@code timeNanos}; never if there is none. */
  long nextAfter(String uid, long timeNanos) {
    Changes changes = byUid.get(uid);
    long next = changes == null ? Times.NEVER : changes.nextAfter(timeNanos);
    return next > untilNanos ? Times.NEVER : next;
  }
}
