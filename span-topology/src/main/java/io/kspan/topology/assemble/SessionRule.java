package io.kspan.topology.assemble;

import io.kspan.topology.assemble.Session.FinishedBy;
import io.kspan.topology.assemble.StateTimeline.StateChange;
import io.kspan.topology.assemble.StateTimeline.States;
import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.ObjectState;
import io.kspan.topology.model.PlacedOccurrence;
import java.util.List;
import java.util.Optional;

/** Where a session starts and ends. Pure and thread-safe. */
final class SessionRule {
  private static final long LISTED_LATE = 60 * Times.SECOND;

  private final TraceSettings settings;

  SessionRule(TraceSettings settings) {
    this.settings = settings;
  }

  /**
   * Rule 5.1: the receipt, or the event time if that is more than 60 s earlier: a list at start-up
   * brings an hour of history.
   *
   * @param notBeforeNanos the end of the last written session, into which nothing can go any more
   */
  static long sessionTime(EventOccurrence event, long notBeforeNanos) {
    long receipt = Times.ofMillis(event.receiptMillis());
    long time = event.timeNanos() < receipt - LISTED_LATE ? event.timeNanos() : receipt;
    return Math.max(time, notBeforeNanos);
  }

  /** How far a session reaches: occurrences before {@code size} belong to it. */
  record Extent(int size, long endNanos, FinishedBy finishedBy) {}

  /**
   * Rule 5.2: the first session among {@code occurrences}, which are in the order of their session
   * times.
   *
   * @param notBeforeNanos as in {@link #sessionTime}
   */
  Extent first(List<PlacedOccurrence> occurrences, StateTimeline timeline, long notBeforeNanos) {
    long last = sessionTime(occurrences.get(0).event(), notBeforeNanos);
    long latestReceipt = Long.MIN_VALUE;
    long lastWarning = Long.MIN_VALUE;
    Extent bound = bound(last, timeline);
    for (int size = 1; ; size++) {
      EventOccurrence event = occurrences.get(size - 1).event();
      latestReceipt = Math.max(latestReceipt, Times.ofMillis(event.receiptMillis()));
      if (event.isWarning() && timeline.rootSettledAt(last)) {
        lastWarning = last;
      }
      long next =
          size == occurrences.size()
              ? Times.NEVER
              : sessionTime(occurrences.get(size).event(), notBeforeNanos);
      States states = timeline.states(Times.plus(latestReceipt, settings.orphanWindowNanos()));
      Extent quiet = quiet(size, last, lastWarning, next, states, timeline);
      // Of ends at one instant those that do not depend on quiet come first.
      Extent end = quiet.endNanos() < bound.endNanos() ? quiet : bound;
      if (end.endNanos() <= next || size == occurrences.size()) {
        return new Extent(size, end.endNanos(), end.finishedBy());
      }
      if (size == settings.maxOccurrences()) {
        return new Extent(size, next, FinishedBy.OVERFLOW);
      }
      last = next;
    }
  }

  /**
   * The ends that do not depend on quiet: an incident must be seen while it lasts, and nothing
   * lasts for ever.
   */
  private Extent bound(long start, StateTimeline timeline) {
    long longest = Times.plus(start, settings.maxDurationNanos());
    long failing = timeline.failingFrom(Times.plus(start, settings.failingNanos()));
    return failing <= longest
        ? new Extent(0, failing, FinishedBy.FAILING)
        : new Extent(0, longest, FinishedBy.MAX_DURATION);
  }

  private Extent quiet(
      int size,
      long last,
      long lastWarning,
      long nextOccurrence,
      States states,
      StateTimeline timeline) {
    StateChange state = states.at(last);
    long end = Times.plus(last, quietTime(state.state()));
    if (state.state() == ObjectState.SETTLED && lastWarning >= state.timeNanos()) {
      // A probe fails every 10 s, and then the container has 30 s to stop: that is one trace.
      end = Math.max(end, Times.plus(lastWarning, settings.settleWarningNanos()));
    }
    Optional<StateChange> next = states.after(last);
    while (next.isPresent() && next.get().timeNanos() < Math.min(end, nextOccurrence)) {
      state = next.get();
      end = Times.plus(state.timeNanos(), quietTime(state.state()));
      next = states.after(state.timeNanos());
    }
    return new Extent(size, end, finishedBy(state.state(), timeline.deletedBefore(end)));
  }

  private static FinishedBy finishedBy(ObjectState state, boolean deleted) {
    if (state != ObjectState.SETTLED) {
      return FinishedBy.QUIET;
    }
    return deleted ? FinishedBy.DELETED : FinishedBy.SETTLED;
  }

  private long quietTime(ObjectState state) {
    return switch (state) {
      case SETTLED, FAILED, SUSPENDED, LEFT -> settings.settleNanos();
      case SILENT -> settings.settleUnknownNanos();
      case UNSETTLED -> settings.inactivityNanos();
    };
  }
}
