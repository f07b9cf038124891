package io.kspan.topology.assemble;

import io.kspan.topology.assemble.Session.FinishedBy;
import io.kspan.topology.assemble.SessionRule.Extent;
import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.InTime;
import io.kspan.topology.model.PlacedOccurrence;
import io.kspan.topology.model.RootLog;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Divides the log of a root into sessions, one at a time, in the order in which they can be
 * written. Pure and thread-safe.
 *
 * <p>Rule 5.7: whether a session is over depends on the log up to its closing moment alone. So it
 * does not matter when, or how often, a root is evaluated.
 */
public final class Sessions {
  private final TraceSettings settings;
  private final SessionRule rule;
  private final boolean wholeLog;

  /**
   * The result for one root at one moment.
   *
   * @param closed the next session that is over, if any; there may be more after it
   * @param nextCheckNanos before this moment no session can be over unless more is received; never
   *     if the log is empty
   */
  public record Evaluation(Optional<Session> closed, long nextCheckNanos) {}

  /**
   * Sessions under {@code settings}.
   *
   * @param wholeLog whether the log is complete before it is evaluated (replay of captures): then
   *     no snapshot has been pruned, and nothing is received too late
   */
  public Sessions(TraceSettings settings, boolean wholeLog) {
    this.settings = settings;
    this.rule = new SessionRule(settings);
    this.wholeLog = wholeLog;
  }

  /**
   * When an occurrence counts as having happened, in nanoseconds (trace-model 5.1).
   *
   * @param closedUntilNanos as in {@link #next}
   */
  public static long sessionTime(EventOccurrence event, long closedUntilNanos) {
    return SessionRule.sessionTime(event, closedUntilNanos);
  }

  /**
   * The next session of {@code log}.
   *
   * @param log occurrences that are in no written session, and all snapshots
   * @param closedUntilNanos end of the last written session, {@link Long#MIN_VALUE} without one
   * @param nowNanos everything received up to then is in the log
   */
  public Evaluation next(RootLog log, long closedUntilNanos, long nowNanos) {
    if (log.occurrences().isEmpty()) {
      return new Evaluation(Optional.empty(), Times.NEVER);
    }
    Session next = new OpenLog(log, closedUntilNanos).next();
    return new Evaluation(
        Optional.of(next).filter(session -> nowNanos >= session.closingNanos()),
        next.closingNanos());
  }

  private static long receipt(PlacedOccurrence occurrence) {
    return Times.ofMillis(occurrence.event().receiptMillis());
  }

  /** What is not written of a log. */
  private final class OpenLog {
    private final long closedUntilNanos;
    private final List<PlacedOccurrence> open;
    private final long knownFromNanos;
    // No session closes before its first occurrence has waited for the rest of a list.
    private final long earliestClosing;
    private final StateTimeline timeline;

    OpenLog(RootLog log, long closedUntilNanos) {
      this.closedUntilNanos = closedUntilNanos;
      this.open =
          InTime.sorted(
              log.occurrences(),
              o -> sessionTime(o.event(), closedUntilNanos),
              PlacedOccurrence.BY_TIME);
      long firstReceipt = open.stream().mapToLong(Sessions::receipt).min().orElseThrow();
      this.earliestClosing = Times.plus(firstReceipt, settings.orphanWindowNanos());
      // Gather prunes nothing after the receipt of what is to come, nor after the session time of
      // what is open.
      this.knownFromNanos = wholeLog ? Long.MIN_VALUE : Math.max(firstReceipt, closedUntilNanos);
      this.timeline =
          new StateTimeline(
              log.root(),
              wholeLog
                  ? log.snapshots()
                  : SnapshotRetention.from(
                      log.snapshots(), log.root().uid(), knownFromNanos / Times.MILLI));
    }

    Session next() {
      Session first = first(open);
      return wholeLog || isInOrder(first) ? first : closedBeforeStragglers(first);
    }

    private Session first(List<PlacedOccurrence> occurrences) {
      Extent extent = rule.first(occurrences, timeline, closedUntilNanos);
      List<PlacedOccurrence> own =
          InTime.sorted(
              occurrences.subList(0, extent.size()),
              o -> o.event().timeNanos(),
              PlacedOccurrence.BY_TIME);
      long lastReceipt = own.stream().mapToLong(Sessions::receipt).max().orElseThrow();
      // A list of history arrives over some seconds, so a session that ended long ago waits for
      // the rest of the list.
      long listed = Times.plus(lastReceipt, settings.orphanWindowNanos());
      return new Session(
          List.copyOf(own),
          closedUntilNanos,
          extent.endNanos(),
          extent.finishedBy(),
          knownFromNanos,
          Math.max(extent.endNanos(), listed));
    }

    /** Whether the occurrences that decide where the session ends happened when received. */
    private boolean isInOrder(Session session) {
      // An overflow is decided by the occurrence after the last.
      int overflow = session.finishedBy() == FinishedBy.OVERFLOW ? 1 : 0;
      return open.subList(0, session.occurrences().size() + overflow).stream()
          .allMatch(o -> sessionTime(o.event(), closedUntilNanos) == receipt(o));
    }

    /**
     * An occurrence that is received late can reach back into a session that had closed by then. An
     * instance that evaluated the root in between has written that session, so it closes without
     * the straggler, whenever the root is evaluated.
     */
    private Session closedBeforeStragglers(Session session) {
      TreeSet<Long> receipts = new TreeSet<>();
      open.forEach(o -> receipts.add(receipt(o)));
      for (Long receipt : receipts.headSet(receipts.last())) {
        long nextReceipt = receipts.higher(receipt);
        if (nextReceipt > earliestClosing) {
          Session earlier = first(open.stream().filter(o -> receipt(o) <= receipt).toList());
          if (earlier.closingNanos() < nextReceipt) {
            return earlier;
          }
        }
      }
      return session;
    }
  }
}
