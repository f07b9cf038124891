package io.kspan.topology.assemble;

import io.kspan.topology.assemble.Session.FinishedBy;
import io.kspan.topology.assemble.SessionRule.Extent;
import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.InTime;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.PlacedOccurrence;
import io.kspan.topology.model.RootLog;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Cuts the log of a root into sessions, one at a time, in the order in which they can be written.
 *
 * <p>Whether a session is over is decided by the log up to its closing moment alone, so that it
 * does not matter at which moments, or how often, somebody asks. Pure and thread-safe.
 */
public final class Sessions {
  private final TraceSettings settings;
  private final SessionRule rule;
  private final boolean wholeLog;

  /**
   * A session that can be written.
   *
   * @param session what belongs together
   * @param knownFromNanos what was received before it may have been forgotten, as far as {@link
   *     Memory} allows
   * @param knownUntilNanos what was received later must not influence it
   */
  public record Closed(Session session, long knownFromNanos, long knownUntilNanos) {}

  /**
   * The answer for one root at one moment.
   *
   * @param closed the next session that is over, if any; ask again after it
   * @param nextCheckNanos before this moment nothing can be over unless more is received; never if
   *     the log is empty
   */
  public record Evaluation(Optional<Closed> closed, long nextCheckNanos) {}

  /**
   * Sessions under {@code settings}.
   *
   * @param wholeLog whether the log is complete when it is first asked about (replay of captures):
   *     then everything in it counts, whenever it was received
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
    List<PlacedOccurrence> open =
        InTime.sorted(
            log.occurrences(),
            o -> SessionRule.sessionTime(o.event(), closedUntilNanos),
            PlacedOccurrence.BY_TIME);
    long knownFrom = knownFrom(open, closedUntilNanos);
    Timelines timelines = new Timelines(log.root(), remembered(log, knownFrom));

    Candidate candidate = candidate(open, timelines, closedUntilNanos);
    if (!wholeLog) {
      candidate = earlierWithoutStragglers(open, timelines, closedUntilNanos, candidate);
    }
    if (nowNanos < candidate.closingNanos()) {
      return new Evaluation(Optional.empty(), candidate.closingNanos());
    }
    long knownUntil = wholeLog ? Times.NEVER : candidate.closingNanos();
    return new Evaluation(
        Optional.of(new Closed(candidate.session(), knownFrom, knownUntil)),
        candidate.closingNanos());
  }

  /**
   * Since when everything has been kept: gather forgets nothing after the receipt of what is to
   * come, nor after the session time of what is open.
   */
  private static long knownFrom(List<PlacedOccurrence> open, long closedUntilNanos) {
    return Math.max(Times.ofMillis(firstReceiptMillis(open)), closedUntilNanos);
  }

  private List<ObjectSnapshot> remembered(RootLog log, long knownFromNanos) {
    return wholeLog
        ? log.snapshots()
        : Memory.from(log.snapshots(), log.root().uid(), knownFromNanos / Times.MILLI);
  }

  private static long firstReceiptMillis(List<PlacedOccurrence> open) {
    return open.stream().mapToLong(o -> o.event().receiptMillis()).min().orElseThrow();
  }

  /**
   * How the state of the root looks to those who do not know yet that it will be seen, and to those
   * who do.
   */
  private static final class Timelines {
    private final ObjectIdentity root;
    private final List<ObjectSnapshot> snapshots;
    private final StateTimeline after;
    private final long firstSeenNanos;
    private StateTimeline before;

    Timelines(ObjectIdentity root, List<ObjectSnapshot> snapshots) {
      this.root = root;
      this.snapshots = snapshots;
      this.after = new StateTimeline(root, snapshots, true);
      this.firstSeenNanos =
          snapshots.stream()
              .filter(s -> s.uid().equals(root.uid()))
              .mapToLong(s -> Times.ofMillis(s.receiptMillis()))
              .findFirst()
              .orElse(Times.NEVER);
    }

    StateTimeline after() {
      return after;
    }

    /** Made only when it is asked for: of most roots something is seen before any event. */
    StateTimeline before() {
      if (before == null) {
        before = new StateTimeline(root, snapshots, false);
      }
      return before;
    }

    /** Never if it was not seen. */
    long firstSeenNanos() {
      return firstSeenNanos;
    }
  }

  private record Candidate(Session session, long closingNanos) {}

  /**
   * The first session; a root that is first seen only after its closing moment is as one that is
   * never seen.
   */
  private Candidate candidate(
      List<PlacedOccurrence> open, Timelines timelines, long closedUntilNanos) {
    if (!wholeLog && timelines.firstSeenNanos() > earliestClosing(open)) {
      Candidate unseen = candidate(open, timelines.before(), closedUntilNanos);
      if (unseen.closingNanos() < timelines.firstSeenNanos()) {
        return unseen;
      }
    }
    return candidate(open, timelines.after(), closedUntilNanos);
  }

  /** No session closes before its first occurrence has waited for the rest of a list. */
  private long earliestClosing(List<PlacedOccurrence> open) {
    return Times.plus(Times.ofMillis(firstReceiptMillis(open)), settings.orphanWindowNanos());
  }

  private Candidate candidate(
      List<PlacedOccurrence> open, StateTimeline timeline, long closedUntilNanos) {
    Extent extent = rule.first(open, timeline, closedUntilNanos);
    List<PlacedOccurrence> own =
        InTime.sorted(
            open.subList(0, extent.size()), o -> o.event().timeNanos(), PlacedOccurrence.BY_TIME);
    long lastReceipt = own.stream().mapToLong(o -> o.event().receiptMillis()).max().orElseThrow();
    // A list of history arrives over some seconds: what ended long ago waits for the rest of the
    // list all the same.
    long complete = Times.plus(Times.ofMillis(lastReceipt), settings.orphanWindowNanos());
    return new Candidate(
        new Session(List.copyOf(own), extent.endNanos(), extent.finishedBy()),
        wholeLog ? extent.endNanos() : Math.max(extent.endNanos(), complete));
  }

  /** How many occurrences decided where the session ends: an overflow needs one more. */
  private static int decisive(Session session) {
    int size = session.occurrences().size();
    return session.finishedBy() == FinishedBy.OVERFLOW ? size + 1 : size;
  }

  /**
   * An occurrence that reports old news can reach back into a session that had already closed when
   * it was received. Whoever asked in between has seen that session written, so it closes without
   * the straggler for everybody.
   */
  private Candidate earlierWithoutStragglers(
      List<PlacedOccurrence> open,
      Timelines timelines,
      long closedUntilNanos,
      Candidate candidate) {
    boolean inOrder =
        open.subList(0, decisive(candidate.session())).stream()
            .allMatch(
                o ->
                    SessionRule.sessionTime(o.event(), closedUntilNanos)
                        == Times.ofMillis(o.event().receiptMillis()));
    if (inOrder) {
      return candidate;
    }
    TreeSet<Long> receipts = new TreeSet<>();
    open.forEach(o -> receipts.add(o.event().receiptMillis()));
    long earliest = earliestClosing(open);
    for (Long receipt : receipts.headSet(receipts.last())) {
      if (Times.ofMillis(receipts.higher(receipt)) <= earliest) {
        // A list of history, still coming in: nobody has seen anything written.
        continue;
      }
      List<PlacedOccurrence> prefix =
          open.stream().filter(o -> o.event().receiptMillis() <= receipt).toList();
      Candidate earlier = candidate(prefix, timelines, closedUntilNanos);
      if (earlier.closingNanos() < Times.ofMillis(receipts.higher(receipt))) {
        return earlier;
      }
    }
    return candidate;
  }
}
