package io.kspan.topology.assemble;

import io.kspan.topology.assemble.ObjectPeriod.State;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.StatusFacts.Container;
import io.kspan.topology.model.StatusFacts.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * Rule 9.5: when one container of a pod waited and ran. Confined to one thread; each version of the
 * pod is added once, by receipt.
 */
final class ContainerPeriods {
  private static final String INITIALIZING = "PodInitializing";
  private static final Set<String> STARTING = Set.of(INITIALIZING, "ContainerCreating");

  private final String name;
  private final NavigableMap<Long, RunPeriod> runs = new TreeMap<>();
  private final List<ObjectPeriod> waits = new ArrayList<>();
  private Wait waiting;

  /** A run, as the version that describes it most completely has it. */
  private record RunPeriod(
      Run run, long startNanos, long endNanos, long restarts, ObjectSnapshot last) {}

  private record Wait(long startNanos, String reason, ObjectSnapshot last) {}

  ContainerPeriods(String name) {
    this.name = name;
  }

  /** While the pod terminates, a waiting reason is no new one: the known wait goes on. */
  void add(
      Container container, ObjectSnapshot version, long scheduledNanos, boolean isTerminating) {
    if (container.lastRun() != null) {
      long since = container.run() == null ? 0 : 1;
      ran(container.lastRun(), Math.max(0, container.restarts() - since), version);
    }
    if (container.run() != null) {
      ran(container.run(), container.restarts(), version);
    }
    String reason = container.waitingReason();
    if (reason.isEmpty()) {
      stopWaiting(container.run(), version);
    } else if (!reason.equals(INITIALIZING) && (waiting == null || !isTerminating)) {
      long start = waiting == null ? waitingSince(version, scheduledNanos) : waiting.startNanos();
      waiting = new Wait(start, reason, version);
    }
  }

  /**
   * A new pod of a StatefulSet can show the container of the one that had its name before: that
   * ended before the pod was created.
   */
  private void ran(Run run, long restarts, ObjectSnapshot version) {
    if (run.isOver() && run.finishedNanos() < version.creationNanos()) {
      return;
    }
    RunPeriod known = runs.get(run.startedNanos());
    long start =
        known == null ? ObjectPeriods.refined(run.startedNanos(), version) : known.startNanos();
    if (known == null || run.isOver() && !known.run().isOver()) {
      long end =
          run.isOver()
              ? Math.max(start, ObjectPeriods.refined(run.finishedNanos(), version))
              : Times.NEVER;
      runs.put(
          run.startedNanos(),
          new RunPeriod(run, start, end, known == null ? restarts : known.restarts(), version));
    }
  }

  /** Since its last run, else since the pod was scheduled; else since that is known. */
  private long waitingSince(ObjectSnapshot version, long scheduledNanos) {
    long since = runs.isEmpty() ? scheduledNanos : runs.lastEntry().getValue().endNanos();
    return since == 0 || since == Times.NEVER ? Times.ofMillis(version.receiptMillis()) : since;
  }

  private void stopWaiting(Run run, ObjectSnapshot version) {
    if (waiting != null) {
      RunPeriod known = run == null ? null : runs.get(run.startedNanos());
      long next = known == null ? 0 : known.startNanos();
      // The status of a deleted pod can name the previous run again.
      boolean isNext = next >= waiting.startNanos();
      waits.add(period(waiting, isNext ? next : Times.ofMillis(version.receiptMillis())));
      waiting = null;
    }
  }

  /**
   * Adds the periods to {@code periods}.
   *
   * @param goneNanos when the pod was gone
   * @param overNanos when it was terminating, had run to its end, or was gone
   * @param terminatingNanos when its deletion was asked for: how a container ends after that is no
   *     error
   */
  void addTo(List<ObjectPeriod> periods, long goneNanos, long overNanos, long terminatingNanos) {
    periods.addAll(waits);
    if (waiting != null) {
      periods.add(period(waiting, overNanos));
    }
    long nextStart = Times.NEVER;
    for (RunPeriod run : runs.descendingMap().values()) {
      periods.add(period(run, Math.min(goneNanos, nextStart), terminatingNanos));
      nextStart = run.startNanos();
    }
  }

  private ObjectPeriod period(Wait wait, long endNanos) {
    boolean failing = !STARTING.contains(wait.reason());
    return new ObjectPeriod(
        State.CONTAINER_WAITING,
        name,
        wait.startNanos(),
        Math.max(wait.startNanos(), endNanos),
        wait.reason(),
        failing,
        null,
        0,
        wait.last());
  }

  private ObjectPeriod period(RunPeriod run, long unseenEndNanos, long terminatingNanos) {
    boolean failed = run.run().exitCode() != 0 || run.run().signal() != 0;
    return new ObjectPeriod(
        State.CONTAINER_RUNNING,
        name,
        run.startNanos(),
        run.run().isOver() ? run.endNanos() : Math.max(run.startNanos(), unseenEndNanos),
        run.run().reason(),
        failed && run.run().isOver() && run.endNanos() < terminatingNanos,
        run.run(),
        run.restarts(),
        run.last());
  }
}
