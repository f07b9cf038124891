package io.kspan.topology.assemble;

import io.kspan.topology.assemble.Session.FinishedBy;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.Settlement;
import java.util.List;

/**
 * How a change ended, and when (trace-model 6.3 and 7).
 *
 * @param result {@code kspan.outcome}
 * @param atNanos when that was known; {@link Long#MIN_VALUE} if the change has not ended
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
   * @param rootSnapshots of the root, by receipt
   * @param overtakenNanos when the next generation began, never if there is none
   */
  static Outcome of(
      long generation, List<ObjectSnapshot> rootSnapshots, long overtakenNanos, Session session) {
    long until = Math.min(session.endNanos(), overtakenNanos);
    Outcome outcome = new Outcome(Result.UNFINISHED, Long.MIN_VALUE);
    for (ObjectSnapshot snapshot : rootSnapshots) {
      long receipt = Times.ofMillis(snapshot.receiptMillis());
      if (receipt > until) {
        break;
      }
      if (snapshot.generation() == generation || snapshot.deleted()) {
        Result result = resultOf(snapshot);
        outcome = result == outcome.result() ? outcome : new Outcome(result, receipt);
      }
    }
    if (outcome.result() == Result.UNFINISHED) {
      if (overtakenNanos <= session.endNanos()) {
        return new Outcome(Result.OVERTAKEN, overtakenNanos);
      }
      if (session.finishedBy() == FinishedBy.FAILING) {
        return new Outcome(Result.FAILED, session.endNanos());
      }
      return new Outcome(Result.UNFINISHED, Long.MIN_VALUE);
    }
    return outcome;
  }

  private static Result resultOf(ObjectSnapshot snapshot) {
    if (snapshot.failed()) {
      return Result.FAILED;
    }
    boolean settled = snapshot.deleted() || snapshot.settlement() == Settlement.SETTLED;
    return settled ? Result.SUCCEEDED : Result.UNFINISHED;
  }
}
