package io.kspan.topology.assemble;

import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.ObjectState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The state of a tree over time: settled, unsettled or silent, and when it was failing (trace-model
 * 5.2).
 *
 * <p>Immutable after construction.
 */
final class StateTimeline {
  private static final String POD = "Pod";

  private final List<StateChange> changes = new ArrayList<>();
  private final List<FailingChange> failingChanges = new ArrayList<>();
  private final ObjectIdentity root;
  private final Set<String> terminating = new HashSet<>();
  private final Set<String> failing = new HashSet<>();
  private ObjectState own;
  private long deletedNanos = Times.NEVER;

  /** From {@code timeNanos} on, the root was in this state. */
  record StateChange(long timeNanos, ObjectState state) {}

  private record FailingChange(long timeNanos, boolean failing) {}

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
    own = unsettled ? ObjectState.UNSETTLED : ObjectState.SILENT;
    changes.add(new StateChange(Long.MIN_VALUE, own));
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
    boolean counts = isRoot(snapshot) || snapshot.reference().kind().equals(POD);
    toggle(failing, snapshot.uid(), counts && snapshot.failing() && !snapshot.deleted());
    if (isRoot(snapshot)) {
      boolean settled = snapshot.deleted() || snapshot.state() == ObjectState.FAILED;
      own = settled ? ObjectState.SETTLED : snapshot.state();
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
    ObjectState state = terminating.isEmpty() ? own : ObjectState.UNSETTLED;
    if (state != changes.get(changes.size() - 1).state()) {
      changes.add(new StateChange(timeNanos, state));
    }
    boolean wasFailing =
        !failingChanges.isEmpty() && failingChanges.get(failingChanges.size() - 1).failing();
    if (wasFailing == failing.isEmpty()) {
      failingChanges.add(new FailingChange(timeNanos, !failing.isEmpty()));
    }
  }

  /** Whether the root was deleted by {@code timeNanos}. */
  boolean deletedAt(long timeNanos) {
    return deletedNanos <= timeNanos;
  }

  /** The change that made the state what it is at {@code timeNanos}. */
  StateChange at(long timeNanos) {
    return changes.get(indexAt(timeNanos));
  }

  /** The first change after {@code timeNanos}. */
  Optional<StateChange> after(long timeNanos) {
    int next = indexAt(timeNanos) + 1;
    return next < changes.size() ? Optional.of(changes.get(next)) : Optional.empty();
  }

  private int indexAt(long timeNanos) {
    int low = 0;
    int high = changes.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (changes.get(middle).timeNanos() <= timeNanos) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** Whether the root was failing at {@code timeNanos}. */
  boolean failingAt(long timeNanos) {
    return failingFrom(timeNanos) == timeNanos;
  }

  /**
   * The earliest time from {@code timeNanos} on at which the root is failing; never if it is not.
   */
  long failingFrom(long timeNanos) {
    boolean failingThen = false;
    for (FailingChange change : failingChanges) {
      if (change.timeNanos() > timeNanos) {
        if (failingThen) {
          return timeNanos;
        }
        if (change.failing()) {
          return change.timeNanos();
        }
      }
      failingThen = change.failing();
    }
    return failingThen ? timeNanos : Times.NEVER;
  }
}
