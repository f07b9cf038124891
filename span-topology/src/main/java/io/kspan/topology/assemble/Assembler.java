package io.kspan.topology.assemble;

import io.kspan.topology.model.FinishedTrace;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.PlacedOccurrence;
import io.kspan.topology.model.RootLog;
import io.kspan.topology.model.WrittenChange;
import io.kspan.topology.model.WrittenGenerations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Stage 4: one closed session to its finished traces.
 *
 * <p>A pure function, thread-safe: equal input gives equal traces, whoever asks and when.
 */
public final class Assembler {
  private final TraceSettings settings;
  private final CauseRules rules;

  /**
   * The traces of one session.
   *
   * @param traces one per generation that the session's occurrences belong to
   * @param generations the same generations, and where the change of each was written
   * @param abandoned for each time that a cause rule was given up because it takes too long for a
   *     message, that rule
   */
  public record Assembled(
      List<FinishedTrace> traces,
      Map<Long, WrittenChange> generations,
      List<CauseRule> abandoned) {}

  public Assembler(TraceSettings settings, CauseRules rules) {
    this.settings = settings;
    this.rules = rules;
  }

  /**
   * Assembles a session.
   *
   * @param log of the root; only its snapshots, cluster and UID count
   * @param closed the session
   * @param written generations of earlier sessions
   */
  public Assembled assemble(RootLog log, Sessions.Closed closed, WrittenGenerations written) {
    List<ObjectSnapshot> snapshots = Memory.of(log.snapshots(), log.root().uid(), closed);
    List<ObjectSnapshot> ofRoot =
        snapshots.stream().filter(s -> s.uid().equals(log.root().uid())).toList();
    List<PlacedOccurrence> session = closed.session().occurrences();
    Generations generations = Generations.of(ofRoot);
    Causes causes = new Causes(session, rules, new Lifetimes(snapshots));
    Causality causality = new Causality(session, new ParentRules(causes), generations);
    Timing timing =
        new Timing(session, causality, new StateChanges(snapshots, closed.session().endNanos()));
    TraceBuilder builder =
        new TraceBuilder(
            identity(ofRoot, session),
            new History(closed.session(), ofRoot, new StateTimeline(log.root(), snapshots, true)),
            settings.childOfTraceparent(),
            generations,
            causality,
            timing,
            spans(log, closed, snapshots));

    List<FinishedTrace> traces = new ArrayList<>();
    SortedMap<Long, WrittenChange> had = new TreeMap<>();
    causality
        .byGeneration()
        .forEach(
            (generation, members) -> {
              boolean change = isChange(generation, members, session, generations, written);
              FinishedTrace trace =
                  change
                      ? builder.change(generation, members)
                      : builder.activity(generation, members, written.changeOf(generation));
              traces.add(trace);
              had.put(
                  generation,
                  change
                      ? new WrittenChange(trace.traceId(), trace.root().spanId())
                      : WrittenChange.NONE);
            });
    return new Assembled(List.copyOf(traces), had, causes.abandoned());
  }

  /** Its own snapshot knows a root best, then an event that was placed when it had been seen. */
  private static ObjectIdentity identity(
      List<ObjectSnapshot> ofRoot, List<PlacedOccurrence> session) {
    return ofRoot.isEmpty()
        ? session.stream()
            .map(PlacedOccurrence::root)
            .filter(ObjectIdentity::seen)
            .findFirst()
            .orElse(session.get(0).root())
        : ofRoot.get(0).identity();
  }

  private EventSpans spans(RootLog log, Sessions.Closed closed, List<ObjectSnapshot> snapshots) {
    long knownUntilMillis =
        closed.knownUntilNanos() == Times.NEVER
            ? Long.MAX_VALUE
            : closed.knownUntilNanos() / Times.MILLI;
    return new EventSpans(
        settings,
        log.cluster().name(),
        log.cluster().uidAt(knownUntilMillis),
        new PodNodes(snapshots));
  }

  /** 5.4: the first session of a generation is its change, unless it comes long after. */
  private boolean isChange(
      long generation,
      List<Integer> members,
      List<PlacedOccurrence> session,
      Generations generations,
      WrittenGenerations written) {
    if (written.contains(generation)) {
      return false;
    }
    long first = session.get(members.get(0)).event().timeNanos();
    return generations
        .get(generation)
        .map(g -> first <= Times.plus(g.changeNanos(), settings.inactivityNanos()))
        .orElse(true);
  }
}
