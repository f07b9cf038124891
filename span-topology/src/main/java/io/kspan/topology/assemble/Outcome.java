package io.kspan.topology.assemble;

import io.kspan.topology.assemble.Generations.Generation;
import io.kspan.topology.assemble.Session.FinishedBy;
import io.kspan.topology.assemble.StateTimeline.Step;
import io.kspan.topology.model.ObjectState;
import java.util.Optional;

/**
 * Rule 5.8: how a change ended, and when.
 *
 * @param result {@code kspan.outcome}
 * @param reason {@code kspan.outcome.reason}, empty without one
 * @param atNanos when the change arrived, failed or was overtaken; {@link Long#MIN_VALUE} if it did
 *     not
 * @param rule that decided
 * @param window that was evaluated; null if the generation is not known
 */
record Outcome(Result result, String reason, long atNanos, Rule rule, Window window) {
  private static final long NOT_ENDED = Long.MIN_VALUE;

  enum Result {
    SUCCEEDED("succeeded"),
    FAILED("failed"),
    OVERTAKEN("overtaken"),
    SUSPENDED("suspended"),
    DELETED("deleted"),
    UNFINISHED("unfinished");

    private final String text;

    Result(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  /** The outcome of one generation. */
  static Outcome of(long generation, SessionContext context) {
    Optional<Generation> known = context.generations().get(generation);
    return known.isEmpty()
        ? new Outcome(Result.UNFINISHED, "", NOT_ENDED, Rule.NOT_SEEN, null)
        : new Window(known.get(), context).outcome(context.session());
  }

  /** The receipts from the first one of a generation on that say how its change ended. */
  static final class Window {
    private final long fromNanos;
    private final long untilNanos;
    private final long nextNanos;
    private final boolean passedOverScaling;
    private final boolean deleted;
    private final long sessionEndNanos;
    private Step last;
    // The first of the unbroken stretch of receipts that ends with the last.
    private long arrivedNanos = NOT_ENDED;
    private long failedNanos = NOT_ENDED;
    private long firstArrivedNanos = NOT_ENDED;

    Window(Generation generation, SessionContext context) {
      Generations generations = context.generations();
      Optional<Generation> next = generations.endOfWindow(generation.number());
      this.fromNanos = generation.firstReceiptNanos();
      this.nextNanos = next.map(Generation::firstReceiptNanos).orElse(Times.NEVER);
      long until = Math.min(context.session().endNanos(), nextNanos);
      boolean removed = false;
      for (Step step : context.timeline().from(fromNanos)) {
        if (step.timeNanos() >= until) {
          break;
        }
        if (step.root().deleted() || step.root().terminating()) {
          removed = true;
          until = step.timeNanos();
          break;
        }
        add(step);
      }
      this.sessionEndNanos = context.session().endNanos();
      this.deleted = removed;
      this.untilNanos = until;
      this.passedOverScaling = generations.firstReceiptAfter(generation.number()) < until;
    }

    private void add(Step step) {
      last = step;
      failedNanos = begin(step.root().state() == ObjectState.FAILED, failedNanos, step);
      arrivedNanos = begin(step.arrived(), arrivedNanos, step);
      if (firstArrivedNanos == NOT_ENDED && step.arrived() && !step.root().isScaledToZero()) {
        firstArrivedNanos = step.timeNanos();
      }
    }

    private static long begin(boolean holds, long since, Step step) {
      if (!holds) {
        return NOT_ENDED;
      }
      return since == NOT_ENDED ? step.timeNanos() : since;
    }

    long fromNanos() {
      return fromNanos;
    }

    /** Not included. */
    long untilNanos() {
      return untilNanos;
    }

    /** What ended it, in words. */
    String endedBy() {
      if (deleted) {
        return "the root is terminating or deleted";
      }
      return untilNanos < sessionEndNanos ? "the next generation" : "the end of the session";
    }

    /** The last receipt in it; null if there is none. */
    Step last() {
      return last;
    }

    private Outcome outcome(Session session) {
      if (failedNanos != NOT_ENDED) {
        return ended(Result.FAILED, "", failedNanos, Rule.ROOT_FAILED);
      }
      if (passedOverScaling && firstArrivedNanos != NOT_ENDED) {
        return ended(Result.SUCCEEDED, "", firstArrivedNanos, Rule.ARRIVED_BEFORE_SCALING);
      }
      if (!passedOverScaling && arrivedNanos != NOT_ENDED) {
        return ended(Result.SUCCEEDED, "", arrivedNanos, Rule.ARRIVED);
      }
      if (deleted) {
        return ended(Result.DELETED, "", NOT_ENDED, Rule.REMOVED);
      }
      if (last != null && last.root().state() == ObjectState.SUSPENDED) {
        return last.root().paused()
            ? ended(Result.UNFINISHED, "paused", NOT_ENDED, Rule.SUSPENDED)
            : ended(Result.SUSPENDED, "", NOT_ENDED, Rule.SUSPENDED);
      }
      if (nextNanos < session.endNanos()) {
        return ended(Result.OVERTAKEN, "", nextNanos, Rule.OVERTAKEN);
      }
      return session.finishedBy() == FinishedBy.FAILING
          ? ended(Result.FAILED, FinishedBy.FAILING.text(), session.endNanos(), Rule.FAILING)
          : ended(Result.UNFINISHED, "", NOT_ENDED, Rule.NOT_ARRIVED);
    }

    private Outcome ended(Result result, String reason, long atNanos, Rule rule) {
      return new Outcome(result, reason, atNanos, rule, this);
    }
  }
}
