package io.kspan.topology.assemble;

import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.ObjectState;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The state of a tree over time: settled, unsettled or silent, and when it was failing (trace-model
 * 5.2).
 *
 * <p>Immutable after construction.
 */
final class StateTimeline {
  // By the time from which on it is so; only changes.
  private final NavigableMap<Long, ObjectState> states = new TreeMap<>();
  private final NavigableMap<Long, Boolean> failures = new TreeMap<>();
  private final ObjectIdentity root;
  private final Set<String> terminating = new HashSet<>();
  private final Set<String> failing = new HashSet<>();
  private ObjectState rootState;
  private long deletedNanos = Times.NEVER;

  /** From {@code timeNanos} on, the tree was in this state. */
  record StateChange(long timeNanos, ObjectState state) {
    private static StateChange of(Map.Entry<Long, ObjectState> entry) {
      return new StateChange(entry.getKey(), entry.getValue());
    }
  }

  /**
   * The timeline of a tree.
   *
   * @param snapshots of every object of the tree, by receipt
   * @param seenLater whether a root that is first seen later counts as unsettled until then;
   *     otherwise it is silent, like a root that is never seen
   */
  StateTimeline(ObjectIdentity root, List<ObjectSnapshot> snapshots, boolean seenLater) {
    this.root = root;
    boolean unsettled = seenLater && snapshots.stream().anyMatch(this::isRoot);
    rootState = unsettled ? ObjectState.UNSETTLED : ObjectState.SILENT;
    states.put(Long.MIN_VALUE, rootState);
    failures.put(Long.MIN_VALUE, false);
    for (int i = 0; i < snapshots.size(); i++) {
      ObjectSnapshot snapshot = snapshots.get(i);
      apply(snapshot);
      boolean lastOfInstant =
          i + 1 == snapshots.size()
              || snapshots.get(i + 1).receiptMillis() > snapshot.receiptMillis();
      if (lastOfInstant) {
        record(Times.ofMillis(snapshot.receiptMillis()));
      }
    }
  }

  private boolean isRoot(ObjectSnapshot snapshot) {
    return snapshot.uid().equals(root.uid());
  }

  private void apply(ObjectSnapshot snapshot) {
    toggle(terminating, snapshot.uid(), snapshot.terminating() && !snapshot.deleted());
    boolean counts = isRoot(snapshot) || snapshot.reference().kind().equals("Pod");
    toggle(failing, snapshot.uid(), counts && snapshot.failing() && !snapshot.deleted());
    if (isRoot(snapshot)) {
      boolean settled =
          snapshot.deleted()
              || snapshot.state() == ObjectState.FAILED
              || snapshot.state() == ObjectState.SUSPENDED;
      rootState = settled ? ObjectState.SETTLED : snapshot.state();
      if (snapshot.deleted()) {
        deletedNanos = Math.min(deletedNanos, Times.ofMillis(snapshot.receiptMillis()));
      }
    }
  }

  private static void toggle(Set<String> set, String uid, boolean present) {
    if (present) {
      set.add(uid);
    } else {
      set.remove(uid);
    }
  }

  private void record(long timeNanos) {
    ObjectState state = terminating.isEmpty() ? rootState : ObjectState.UNSETTLED;
    if (state != states.lastEntry().getValue()) {
      states.put(timeNanos, state);
    }
    if (failing.isEmpty() == failures.lastEntry().getValue()) {
      failures.put(timeNanos, !failing.isEmpty());
    }
  }

  /** Whether the root was deleted by {@code timeNanos}. */
  boolean deletedAt(long timeNanos) {
    return deletedNanos <= timeNanos;
  }

  /** The change that made the state what it is at {@code timeNanos}. */
  StateChange at(long timeNanos) {
    return StateChange.of(states.floorEntry(timeNanos));
  }

  /** The first change after {@code timeNanos}. */
  Optional<StateChange> after(long timeNanos) {
    return Optional.ofNullable(states.higherEntry(timeNanos)).map(StateChange::of);
  }

  /** Whether the tree was failing at {@code timeNanos}. */
  boolean failingAt(long timeNanos) {
    return failures.floorEntry(timeNanos).getValue();
  }

  /**
   * The earliest time from {@code timeNanos} on at which the tree is failing; never without one.
   */
  long failingFrom(long timeNanos) {
    // Changes alternate, so the next one is a beginning.
    Long next = failingAt(timeNanos) ? Long.valueOf(timeNanos) : failures.higherKey(timeNanos);
    return next == null ? Times.NEVER : next;
  }
}
