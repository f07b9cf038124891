package io.kspan.topology.gather;

import io.kspan.topology.assemble.Assembler.Assembled;
import io.kspan.topology.assemble.Session;
import io.kspan.topology.model.FinishedTrace;
import io.kspan.topology.model.RootLog;
import io.kspan.topology.model.WrittenGenerations;
import java.util.List;

/**
 * What is written of the sessions of a root. A replay of a range of time knows of earlier changes
 * that it has not written itself, and shows less than it computes.
 *
 * <p>Thread-safe.
 */
public interface SessionOutput {

  /** Everything: of the live application, and of a replay of a whole log. */
  SessionOutput EVERYTHING = (log, closedUntilNanos, session, all) -> all.traces();

  /**
   * The traces to write for a session.
   *
   * @param log of the root, with the session's occurrences
   * @param closedUntilNanos end of the root's session before it, {@link Long#MIN_VALUE} without one
   * @param assembled all traces of the session
   */
  List<FinishedTrace> of(RootLog log, long closedUntilNanos, Session session, Assembled assembled);

  /**
   * All generations that had a trace before.
   *
   * @param log of the root
   * @param written those written here
   */
  default WrittenGenerations written(RootLog log, WrittenGenerations written) {
    return written;
  }
}
