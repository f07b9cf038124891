package io.kspan.topology.assemble;

import io.kspan.topology.assemble.Session.FinishedBy;
import io.kspan.topology.model.ObjectSnapshot;

/**
 * How a change ended, and when (trace-model 6.3 and 7).
 *
 * @param result {@code kspan.outcome}
 * @param atNanos when that was received; {@link Long#MIN_VALUE} if the change has not ended
 */
record Outcome(Result result, long atNanos) {

  enum Result {
    SUCCEEDED("succeeded"),
    FAILED("failed"),
    OVERTAKEN("overtaken"),
    UNFINISHED("unfinished");

    private final String text;

    Result(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  /**
   * The outcome of one generation.
   *
   * @param overtakenNanos when the next generation began, never if there is none
   */
  static Outcome of(long generation, SessionContext context, long overtakenNanos) {
    Session session = context.session();
    long until = Math.min(session.endNanos(), overtakenNanos);
    Outcome outcome = new Outcome(Result.UNFINISHED, Long.MIN_VALUE);
    long terminatedFrom = Times.NEVER;
    for (ObjectSnapshot snapshot : context.rootSnapshots()) {
      long receipt = Times.ofMillis(snapshot.receiptMillis());
      if (receipt > until) {
        break;
      }
      if (snapshot.deleted() || snapshot.terminating()) {
        // A terminating object is not ready any more, which says nothing about the change.
        terminatedFrom = Math.min(terminatedFrom, receipt);
      }
      if (snapshot.deleted()) {
        return outcome.afterDeletion(receipt, context.timeline().failingAt(terminatedFrom - 1));
      }
      if (snapshot.generation() == generation && !snapshot.terminating()) {
        Result result = resultOf(snapshot);
        outcome = result == outcome.result() ? outcome : new Outcome(result, receipt);
      }
    }
    if (outcome.result() != Result.UNFINISHED) {
      return outcome;
    }
    if (overtakenNanos <= session.endNanos()) {
      return new Outcome(Result.OVERTAKEN, overtakenNanos);
    }
    return session.finishedBy() == FinishedBy.FAILING
        ? new Outcome(Result.FAILED, session.endNanos())
        : new Outcome(Result.UNFINISHED, Long.MIN_VALUE);
  }

  /** A deletion settles the object, but does not make its last change a success. */
  private Outcome afterDeletion(long deletedNanos, boolean failing) {
    if (result != Result.UNFINISHED) {
      return this;
    }
    return new Outcome(failing ? Result.FAILED : Result.UNFINISHED, deletedNanos);
  }

  private static Result resultOf(ObjectSnapshot snapshot) {
    return switch (snapshot.state()) {
      case FAILED -> Result.FAILED;
      case SETTLED, SUSPENDED -> Result.SUCCEEDED;
      case UNSETTLED, SILENT -> Result.UNFINISHED;
    };
  }
}
