package io.kspan.topology.assemble;

import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.StatusFacts.Run;

/**
 * A period during which an object was in one state (trace-model 9.1).
 *
 * @param part the container, or the type of the condition; empty for a state of the object itself
 * @param startNanos never after the end
 * @param endNanos {@link Times#NEVER} if the end is not known
 * @param reason may be empty
 * @param failing whether its span is an error
 * @param run of a container that runs; null for other states
 * @param restarts of the container, 0 for other states
 * @param last version that says what its span says
 */
record ObjectPeriod(
    State state,
    String part,
    long startNanos,
    long endNanos,
    String reason,
    boolean failing,
    Run run,
    long restarts,
    ObjectSnapshot last) {

  /** What an object can be in; the name of the span after the kind. */
  enum State {
    SCHEDULING("Scheduling"),
    INITIALIZING("Initializing"),
    CONTAINER_WAITING("ContainerWaiting"),
    CONTAINER_RUNNING("ContainerRunning"),
    BECOMING_READY("BecomingReady"),
    NOT_READY("NotReady"),
    TERMINATING("Terminating"),
    CONDITION("Condition");

    private final String text;

    State(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  ObjectPeriod {
    startNanos = Math.min(startNanos, endNanos);
  }

  /** A state of the object itself. */
  static ObjectPeriod of(
      State state, long startNanos, long endNanos, String reason, ObjectSnapshot last) {
    return new ObjectPeriod(state, "", startNanos, endNanos, reason, false, null, 0, last);
  }
}
