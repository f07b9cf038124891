package io.kspan.topology.assemble;

import io.kspan.topology.model.PlacedOccurrence;
import java.util.List;

/**
 * Occurrences of one root that belong together (trace-model 5).
 *
 * @param occurrences by event time
 * @param endNanos an occurrence at or after it starts the next session
 * @param finishedBy why it ended
 */
public record Session(List<PlacedOccurrence> occurrences, long endNanos, FinishedBy finishedBy) {

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

    /** As it stands in the attribute. */
    public String text() {
      return text;
    }
  }
}
