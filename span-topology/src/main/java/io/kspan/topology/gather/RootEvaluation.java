package io.kspan.topology.gather;

import io.kspan.topology.assemble.Assembler;
import io.kspan.topology.assemble.Session;
import io.kspan.topology.assemble.Sessions;
import io.kspan.topology.assemble.SnapshotRetention;
import io.kspan.topology.model.ChangeNotice;
import io.kspan.topology.model.FinishedTrace;
import io.kspan.topology.model.PlacedOccurrence;
import io.kspan.topology.model.RootLog;
import io.kspan.topology.time.Watermark;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * All sessions of a root that are over at one moment, assembled, and what is left of its log.
 *
 * <p>Pure and thread-safe.
 */
final class RootEvaluation {
  private static final String OUTCOME = "kspan.outcome";

  private final Sessions sessions;
  private final Assembler assembler;
  private final SessionOutput output;
  private final long retentionMillis;
  private final boolean announcesChanges;

  RootEvaluation(GatherSettings settings, SessionOutput output) {
    this.sessions = new Sessions(settings.trace(), settings.wholeLog());
    this.assembler = new Assembler(settings.trace());
    this.output = output;
    this.retentionMillis = settings.retentionMillis();
    this.announcesChanges = settings.changes();
  }

  /**
   * The result of an evaluation.
   *
   * @param traces to write, in order
   * @param changes to announce, in order
   * @param closed occurrences that are in them
   * @param rest of the log
   * @param meta after the sessions
   * @param nextCheckNanos before this moment nothing else can be over; never if no occurrence is
   *     left
   * @param nextBeginNanos when the next change can begin; never if no later version is there
   * @param snapshots of the rest: which of them can be pruned
   */
  record Result(
      List<FinishedTrace> traces,
      List<ChangeNotice> changes,
      List<PlacedOccurrence> closed,
      RootLog rest,
      RootMeta meta,
      long nextCheckNanos,
      long nextBeginNanos,
      SnapshotRetention.Pruned snapshots) {}

  Result evaluate(RootLog log, RootMeta before, long nowMillis) {
    long nowNanos =
        nowMillis == Watermark.END_OF_INPUT ? nowMillis : TimeUnit.MILLISECONDS.toNanos(nowMillis);
    List<FinishedTrace> traces = new ArrayList<>();
    List<PlacedOccurrence> written = new ArrayList<>();
    List<ChangeNotice> changes = new ArrayList<>();
    RootMeta meta = before;
    long nextBeginNanos = Long.MAX_VALUE;
    // A replay shows a part of the past: its changes were announced then.
    if (announcesChanges && output == SessionOutput.EVERYTHING) {
      Assembler.Begun begun = assembler.begun(log, before.begunUpTo(), nowNanos);
      begun.changes().forEach(trace -> changes.add(notice(false, trace, ChangeNotice.NOT_FAILED)));
      meta = before.begunUpTo(begun.upTo());
      nextBeginNanos = begun.nextNanos();
    }
    RootLog rest = log;
    Sessions.Evaluation evaluation = sessions.next(rest, meta.closedUntilNanos(), nowNanos);
    while (evaluation.closed().isPresent()) {
      Session session = evaluation.closed().get();
      Assembler.Assembled assembled =
          assembler.assemble(rest, session, output.written(rest, meta.written()));
      List<FinishedTrace> shown = output.of(rest, meta.closedUntilNanos(), session, assembled);
      traces.addAll(shown);
      if (announcesChanges) {
        meta = finished(assembled.traces(), shown, meta, changes);
      }
      written.addAll(session.occurrences());
      meta = meta.afterSession(session.endNanos(), assembled.generations());
      rest = without(rest, session.occurrences());
      evaluation = sessions.next(rest, meta.closedUntilNanos(), nowNanos);
    }
    boolean mayPrune = rest.occurrences().isEmpty() || !written.isEmpty();
    return new Result(
        traces,
        changes,
        written,
        rest,
        meta.withOpen(!rest.occurrences().isEmpty()),
        evaluation.nextCheckNanos(),
        nextBeginNanos,
        mayPrune && nowMillis != Watermark.END_OF_INPUT
            ? prune(rest, meta, nowMillis)
            : new SnapshotRetention.Pruned(List.of(), rest.snapshots(), Long.MAX_VALUE));
  }

  private static RootMeta finished(
      List<FinishedTrace> session,
      List<FinishedTrace> shown,
      RootMeta before,
      List<ChangeNotice> changes) {
    RootMeta meta = before;
    for (FinishedTrace trace : session) {
      Object outcome = trace.root().attributes().get(OUTCOME);
      if (outcome != null) {
        boolean succeeded = outcome.equals("succeeded");
        long failedSince = meta.failedSinceNanos();
        long recoveredFrom = succeeded ? failedSince : ChangeNotice.NOT_FAILED;
        shown.stream()
            .filter(one -> one.root().spanId().equals(trace.root().spanId()))
            .forEach(one -> changes.add(notice(true, one, recoveredFrom)));
        if (succeeded) {
          meta = meta.failedSince(ChangeNotice.NOT_FAILED);
        } else if (outcome.equals("failed") && failedSince == ChangeNotice.NOT_FAILED) {
          meta = meta.failedSince(trace.root().startEpochNanos());
        }
      }
    }
    return meta;
  }

  private static ChangeNotice notice(boolean finished, FinishedTrace trace, long failedSince) {
    Long generation = (Long) trace.root().attributes().get("k8s.object.generation");
    return new ChangeNotice(generation, finished, trace, failedSince);
  }

  private SnapshotRetention.Pruned prune(RootLog rest, RootMeta meta, long nowMillis) {
    // A tree of which only objects below the root are known has no root yet.
    String rootUid = rest.root() == null ? "" : rest.root().uid();
    return SnapshotRetention.prune(
        rest.snapshots(),
        rootUid,
        Math.min(nowMillis, OpenSessions.sinceMillis(rest, meta)),
        retentionMillis);
  }

  private static RootLog without(RootLog log, List<PlacedOccurrence> session) {
    Set<String> ids = new HashSet<>();
    session.forEach(o -> ids.add(o.event().id()));
    List<PlacedOccurrence> open =
        log.occurrences().stream().filter(o -> !ids.contains(o.event().id())).toList();
    return new RootLog(log.cluster(), log.root(), open, log.snapshots());
  }
}
