package io.kspan.topology.assemble;

import io.kspan.topology.assemble.SessionRule.Extent;
import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.PlacedOccurrence;
import io.kspan.topology.model.RootLog;
import java.util.ArrayList;
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
   * @param startNanos session time of its first occurrence
   * @param knownUntilNanos what was received later must not influence it
   */
  public record Closed(Session session, long startNanos, long knownUntilNanos) {}

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
    List<PlacedOccurrence> open = new ArrayList<>(log.occurrences());
    open.sort(SessionRule.bySessionTime(closedUntilNanos));
    List<ObjectSnapshot> snapshots = new ArrayList<>(log.snapshots());
    snapshots.sort(ObjectSnapshot.BY_RECEIPT);
    Timelines timelines = Timelines.of(log.root(), snapshots);

    Candidate candidate = candidate(open, timelines, closedUntilNanos);
    if (!wholeLog) {
      candidate = earlierWithoutStragglers(open, timelines, closedUntilNanos, candidate);
    }
    if (nowNanos < candidate.closingNanos()) {
      return new Evaluation(Optional.empty(), candidate.closingNanos());
    }
    long knownUntil = wholeLog ? Times.NEVER : candidate.closingNanos();
    return new Evaluation(
        Optional.of(new Closed(candidate.session(), candidate.startNanos(), knownUntil)),
        candidate.closingNanos());
  }

  /**
   * How the state of the root looks to those who do not know yet that it will be seen, and to those
   * who do.
   *
   * @param firstSeenNanos when it was first seen, never if it was not
   */
  private record Timelines(StateTimeline before, StateTimeline after, long firstSeenNanos) {
    static Timelines of(ObjectIdentity root, List<ObjectSnapshot> snapshots) {
      long firstSeen =
          snapshots.stream()
              .filter(s -> s.uid().equals(root.uid()))
              .mapToLong(s -> Times.ofMillis(s.receiptMillis()))
              .findFirst()
              .orElse(Times.NEVER);
      return new Timelines(
          new StateTimeline(root, snapshots, false),
          new StateTimeline(root, snapshots, true),
          firstSeen);
    }
  }

  private record Candidate(Session session, long startNanos, long closingNanos) {}

  /**
   * The first session; a root that is first seen only after its closing moment is as one that is
   * never seen.
   */
  private Candidate candidate(
      List<PlacedOccurrence> open, Timelines timelines, long closedUntilNanos) {
    if (!wholeLog) {
      Candidate unseen = candidate(open, timelines.before(), closedUntilNanos);
      if (unseen.closingNanos() < timelines.firstSeenNanos()) {
        return unseen;
      }
    }
    return candidate(open, timelines.after(), closedUntilNanos);
  }

  private Candidate candidate(
      List<PlacedOccurrence> open, StateTimeline timeline, long closedUntilNanos) {
    Extent extent = rule.first(open, timeline, closedUntilNanos);
    List<PlacedOccurrence> own = new ArrayList<>(open.subList(0, extent.size()));
    long lastReceipt = own.stream().mapToLong(o -> o.event().receiptMillis()).max().orElseThrow();
    own.sort((a, b) -> EventOccurrence.BY_TIME.compare(a.event(), b.event()));
    // A list of history arrives over some seconds: what ended long ago waits for the rest of the
    // list all the same.
    long complete = Times.plus(Times.ofMillis(lastReceipt), settings.orphanWindowNanos());
    return new Candidate(
        new Session(List.copyOf(own), extent.endNanos(), extent.finishedBy()),
        SessionRule.sessionTime(open.get(0).event(), closedUntilNanos),
        wholeLog ? extent.endNanos() : Math.max(extent.endNanos(), complete));
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
        candidate.session().occurrences().stream()
            .allMatch(
                o ->
                    SessionRule.sessionTime(o.event(), closedUntilNanos)
                        == Times.ofMillis(o.event().receiptMillis()));
    if (inOrder) {
      return candidate;
    }
    TreeSet<Long> receipts = new TreeSet<>();
    open.forEach(o -> receipts.add(o.event().receiptMillis()));
    for (Long receipt : receipts.headSet(receipts.last())) {
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
