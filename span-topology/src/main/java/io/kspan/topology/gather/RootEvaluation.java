package io.kspan.topology.gather;

import io.kspan.topology.assemble.Assembler;
import io.kspan.topology.assemble.CauseRule;
import io.kspan.topology.assemble.Session;
import io.kspan.topology.assemble.Sessions;
import io.kspan.topology.model.FinishedTrace;
import io.kspan.topology.model.PlacedOccurrence;
import io.kspan.topology.model.RootLog;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * All sessions of a root that are over at one moment, assembled.
 *
 * <p>Pure and thread-safe.
 */
final class RootEvaluation {
  private final Sessions sessions;
  private final Assembler assembler;
  private final SessionOutput output;

  RootEvaluation(Sessions sessions, Assembler assembler, SessionOutput output) {
    this.sessions = sessions;
    this.assembler = assembler;
    this.output = output;
  }

  /**
   * The result of an evaluation.
   *
   * @param traces to write, in order
   * @param closed occurrences that are in them
   * @param rest of the log
   * @param meta after the sessions
   * @param nextCheckNanos before this moment nothing else can be over; never if no occurrence is
   *     left
   * @param abandoned as in {@link Assembler.Assembled}
   */
  record Result(
      List<FinishedTrace> traces,
      List<PlacedOccurrence> closed,
      RootLog rest,
      RootMeta meta,
      long nextCheckNanos,
      List<CauseRule> abandoned) {}

  Result evaluate(RootLog log, RootMeta before, long nowNanos) {
    List<FinishedTrace> traces = new ArrayList<>();
    List<PlacedOccurrence> written = new ArrayList<>();
    List<CauseRule> abandoned = new ArrayList<>();
    RootMeta meta = before;
    RootLog rest = log;
    Sessions.Evaluation evaluation = sessions.next(rest, meta.closedUntilNanos(), nowNanos);
    while (evaluation.closed().isPresent()) {
      Session session = evaluation.closed().get();
      Assembler.Assembled assembled =
          assembler.assemble(rest, session, output.written(rest, meta.written()));
      traces.addAll(output.of(rest, meta.closedUntilNanos(), session, assembled.traces()));
      abandoned.addAll(assembled.abandoned());
      written.addAll(session.occurrences());
      meta = meta.afterSession(session.endNanos(), assembled.generations());
      rest = without(rest, session.occurrences());
      evaluation = sessions.next(rest, meta.closedUntilNanos(), nowNanos);
    }
    return new Result(traces, written, rest, meta, evaluation.nextCheckNanos(), abandoned);
  }

  private static RootLog without(RootLog log, List<PlacedOccurrence> session) {
    Set<String> ids = new HashSet<>();
    session.forEach(o -> ids.add(o.event().id()));
    List<PlacedOccurrence> open =
        log.occurrences().stream().filter(o -> !ids.contains(o.event().id())).toList();
    return new RootLog(log.cluster(), log.root(), open, log.snapshots());
  }
}
