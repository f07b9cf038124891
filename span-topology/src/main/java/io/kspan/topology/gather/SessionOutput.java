package io.kspan.topology.gather;

import io.kspan.topology.assemble.Sessions;
import io.kspan.topology.model.FinishedTrace;
import io.kspan.topology.model.RootLog;
import io.kspan.topology.model.WrittenGenerations;
import java.util.List;

/**
 * What a part of the log leaves open: a replay of a range of time knows more of what was written
 * before than it has written itself, and shows less than it computes.
 *
 * <p>Thread-safe.
 */
public interface SessionOutput {

  /** The whole log: everything that is known was written here, and everything is shown. */
  SessionOutput EVERYTHING = (log, closedUntilNanos, closed, traces) -> traces;

  /**
   * The traces to write for a session.
   *
   * @param log of the root, with the session's occurrences
   * @param closedUntilNanos end of the root's session before it, {@link Long#MIN_VALUE} without one
   * @param closed the session
   * @param traces what it amounts to
   */
  List<FinishedTrace> of(
      RootLog log, long closedUntilNanos, Sessions.Closed closed, List<FinishedTrace> traces);

  /**
   * The generations that had a trace before, in all.
   *
   * @param log of the root
   * @param written those written here
   */
  default WrittenGenerations written(RootLog log, WrittenGenerations written) {
    return written;
  }
}
