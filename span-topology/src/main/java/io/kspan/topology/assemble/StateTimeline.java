package io.kspan.topology.assemble;

import io.kspan.topology.model.InTime;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.ObjectState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The state of a tree over time, and when it was failing. What is received in one millisecond
 * counts as one instant. Holds one step per instant of its snapshots and one small entry per
 * object.
 *
 * <p>Confined to one thread.
 */
final class StateTimeline {
  private static final int TERMINATING = 1;
  private static final int UNSETTLED = 2;
  private static final int FAILING = 4;

  private final ObjectIdentity root;
  private final List<Step> steps = new ArrayList<>();
  // By the time from which on it is so; only changes.
  private final NavigableMap<Long, Boolean> failures = new TreeMap<>();
  private final long rootReceivedNanos;
  private final long deletedNanos;
  // Made when they are needed: most roots are seen before any event.
  private States awaited;
  private States silent;

  /**
   * The tree from one instant on.
   *
   * @param root its newest snapshot, null if there is none yet
   * @param terminating whether any object of the tree is terminating
   * @param othersUnsettled whether any other object of the tree but a ReplicaSet is unsettled
   */
  record Step(long timeNanos, ObjectSnapshot root, boolean terminating, boolean othersUnsettled) {

    /** Rule 5.4: what keeps the tree unsettled, else the root decides. */
    ObjectState state(boolean rootAwaited) {
      if (terminating || othersUnsettled) {
        return ObjectState.UNSETTLED;
      }
      if (root == null) {
        return rootAwaited ? ObjectState.UNSETTLED : ObjectState.SILENT;
      }
      boolean undecided =
          root.state() == ObjectState.UNSETTLED || root.state() == ObjectState.SILENT;
      return root.deleted() || !undecided ? ObjectState.SETTLED : root.state();
    }

    /** Whether the root is settled by the rule of its kind, not failed, suspended or deleted. */
    boolean rootSettled() {
      return root != null && !root.deleted() && root.state() == ObjectState.SETTLED;
    }

    /** Whether a change has arrived: that old objects are still terminating does not matter. */
    boolean arrived() {
      return rootSettled() && !othersUnsettled;
    }
  }

  /** From {@code timeNanos} on, the tree was in this state. */
  record StateChange(long timeNanos, ObjectState state) {
    private static StateChange of(Map.Entry<Long, ObjectState> entry) {
      return new StateChange(entry.getKey(), entry.getValue());
    }
  }

  /** The changes of state. */
  static final class States {
    private final NavigableMap<Long, ObjectState> changes = new TreeMap<>();

    private States(List<Step> steps, boolean rootAwaited) {
      ObjectState last = null;
      for (Step step : steps) {
        ObjectState next = step.state(rootAwaited);
        if (next != last) {
          changes.put(step.timeNanos(), next);
          last = next;
        }
      }
    }

    /** The change that made the state what it is at {@code timeNanos}. */
    StateChange at(long timeNanos) {
      return StateChange.of(changes.floorEntry(timeNanos));
    }

    /** The first change after {@code timeNanos}. */
    Optional<StateChange> after(long timeNanos) {
      return Optional.ofNullable(changes.higherEntry(timeNanos)).map(StateChange::of);
    }
  }

  /**
   * The timeline of a tree.
   *
   * @param snapshots of every object of the tree, by receipt
   */
  StateTimeline(ObjectIdentity root, List<ObjectSnapshot> snapshots) {
    this.root = root;
    steps.add(new Step(Long.MIN_VALUE, null, false, false));
    failures.put(Long.MIN_VALUE, false);
    long received = Times.NEVER;
    long deleted = Times.NEVER;
    Counters counters = new Counters();
    for (int i = 0; i < snapshots.size(); i++) {
      ObjectSnapshot snapshot = snapshots.get(i);
      long time = Times.ofMillis(snapshot.receiptMillis());
      counters.apply(snapshot);
      if (isRoot(snapshot)) {
        received = Math.min(received, time);
        deleted = snapshot.deleted() ? Math.min(deleted, time) : deleted;
      }
      boolean lastOfInstant =
          i + 1 == snapshots.size()
              || snapshots.get(i + 1).receiptMillis() > snapshot.receiptMillis();
      if (lastOfInstant) {
        counters.step(time);
      }
    }
    this.rootReceivedNanos = received;
    this.deletedNanos = deleted;
  }

  private boolean isRoot(ObjectSnapshot snapshot) {
    return snapshot.uid().equals(root.uid());
  }

  /**
   * Whether an object below the root keeps the tree unsettled. The pods and the owner of a
   * ReplicaSet say the same as it, and the last status of an old one may never come.
   */
  static boolean isUnsettled(ObjectSnapshot snapshot, String rootUid) {
    return snapshot.state() == ObjectState.UNSETTLED
        && !snapshot.uid().equals(rootUid)
        && !snapshot.reference().kind().equals("ReplicaSet");
  }

  /** What the newest snapshot of each object says, added up. */
  private final class Counters {
    private final Map<String, Integer> byUid = new HashMap<>();
    private ObjectSnapshot rootSnapshot;
    private int terminating;
    private int unsettled;
    private int failing;

    void apply(ObjectSnapshot snapshot) {
      replace(snapshot.uid(), flags(snapshot));
      if (isRoot(snapshot)) {
        rootSnapshot = snapshot;
      }
    }

    private int flags(ObjectSnapshot snapshot) {
      if (snapshot.deleted() || snapshot.state() == ObjectState.LEFT) {
        return 0;
      }
      boolean counts = isUnsettled(snapshot, root.uid());
      return (snapshot.terminating() ? TERMINATING : 0)
          | (counts ? UNSETTLED : 0)
          | (snapshot.failing() ? FAILING : 0);
    }

    private void replace(String uid, int flags) {
      Integer known = byUid.put(uid, flags);
      int old = known == null ? 0 : known;
      terminating += bit(flags, TERMINATING) - bit(old, TERMINATING);
      unsettled += bit(flags, UNSETTLED) - bit(old, UNSETTLED);
      failing += bit(flags, FAILING) - bit(old, FAILING);
    }

    private static int bit(int flags, int flag) {
      return (flags & flag) == 0 ? 0 : 1;
    }

    void step(long timeNanos) {
      steps.add(new Step(timeNanos, rootSnapshot, terminating > 0, unsettled > 0));
      if (failing > 0 != failures.lastEntry().getValue()) {
        failures.put(timeNanos, failing > 0);
      }
    }
  }

  /**
   * The changes of state.
   *
   * @param awaitedUntilNanos a root that is first received up to then counts as unsettled before,
   *     any other as silent
   */
  States states(long awaitedUntilNanos) {
    if (rootReceivedNanos <= awaitedUntilNanos) {
      awaited = awaited == null ? new States(steps, true) : awaited;
      return awaited;
    }
    silent = silent == null ? new States(steps, false) : silent;
    return silent;
  }

  /** The instants from {@code fromNanos} on. */
  List<Step> from(long fromNanos) {
    return steps.subList(firstNotBefore(fromNanos), steps.size());
  }

  /** Whether the root was settled by the rule of its kind at {@code timeNanos}. */
  boolean rootSettledAt(long timeNanos) {
    return steps.get(firstNotBefore(Times.plus(timeNanos, 1)) - 1).rootSettled();
  }

  private int firstNotBefore(long timeNanos) {
    return InTime.firstNotBefore(steps, Step::timeNanos, timeNanos);
  }

  /** Whether the root was deleted before {@code timeNanos}. */
  boolean deletedBefore(long timeNanos) {
    return deletedNanos < timeNanos;
  }

  /**
   * The end of a session that the tree ends by failing at {@code timeNanos} or later: what is
   * received in the millisecond in which it begins to fail belongs to it. Never if it does not
   * fail.
   */
  long failingFrom(long timeNanos) {
    Map.Entry<Long, Boolean> now = failures.lowerEntry(timeNanos);
    if (now.getValue() && !failures.containsKey(timeNanos)) {
      return timeNanos;
    }
    for (Map.Entry<Long, Boolean> change : failures.tailMap(timeNanos, true).entrySet()) {
      if (change.getValue()) {
        return Times.plus(change.getKey(), Times.MILLI);
      }
    }
    return Times.NEVER;
  }
}
