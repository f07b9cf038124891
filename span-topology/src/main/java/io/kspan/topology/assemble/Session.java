package io.kspan.topology.assemble;

import io.kspan.topology.model.PlacedOccurrence;
import java.util.List;

/**
 * Occurrences of one root that belong together (trace-model 5), with what may influence them.
 *
 * @param occurrences by event time
 * @param previousEndNanos end of the session before it; {@link Long#MIN_VALUE} without one
 * @param endNanos an occurrence at or after it starts the next session
 * @param finishedBy why it ended
 * @param knownFromNanos snapshots received before it count as far as {@link SnapshotRetention}
 *     says; {@link Long#MIN_VALUE} if all of them do
 * @param closingNanos the closing moment: the session can be written then, and what is received
 *     later has no influence
 */
public record Session(
    List<PlacedOccurrence> occurrences,
    long previousEndNanos,
    long endNanos,
    FinishedBy finishedBy,
    long knownFromNanos,
    long closingNanos) {

  /** Why a session ended: {@code kspan.finished.by}. */
  public enum FinishedBy {
    SETTLED("settled"),
    QUIET("quiet"),
    FAILING("failing"),
    MAX_DURATION("max.duration"),
    DELETED("deleted"),
    OVERFLOW("overflow");

    private final String text;

    FinishedBy(String text) {
      this.text = text;
    }

    /** The value of the attribute. */
    public String text() {
      return text;
    }
  }
}
