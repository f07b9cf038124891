package io.kspan.topology.assemble;

import io.kspan.topology.model.FinishedTrace;
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
 * Stage 3: builds the finished traces of one closed session.
 *
 * <p>A pure function, thread-safe: equal input gives equal traces.
 */
public final class Assembler {
  private final TraceSettings settings;

  /**
   * The traces of one session.
   *
   * @param traces one per generation that the session's occurrences belong to
   * @param generations the same generations, and where the change of each was written
   * @param explanation why they are what they are
   */
  public record Assembled(
      List<FinishedTrace> traces, Map<Long, WrittenChange> generations, Explanation explanation) {}

  public Assembler(TraceSettings settings) {
    this.settings = settings;
  }

  /**
   * Assembles a session.
   *
   * @param log of the root; only its snapshots, cluster and UID count
   * @param written generations of earlier sessions
   */
  public Assembled assemble(RootLog log, Session session, WrittenGenerations written) {
    SessionContext context = SessionContext.of(log, session);
    List<PlacedOccurrence> occurrences = session.occurrences();
    Causes causes = new Causes(occurrences, context.objects());
    SpanTree tree =
        new SpanTree(
            occurrences,
            new ParentRules(occurrences, causes, context.objects()),
            context.generations());
    long knownUntilMillis =
        session.closingNanos() == Times.NEVER
            ? Long.MAX_VALUE
            : session.closingNanos() / Times.MILLI;
    TraceBuilder builder =
        new TraceBuilder(
            context,
            tree,
            new SpanTimes(occurrences, tree, context.objects()),
            new SpanAttributes(
                settings,
                log.cluster().name(),
                log.cluster().uidAt(knownUntilMillis),
                context.objects()),
            settings.childOfTraceparent());

    List<FinishedTrace> traces = new ArrayList<>();
    List<Explanation.Trace> explained = new ArrayList<>();
    SortedMap<Long, WrittenChange> generations = new TreeMap<>();
    tree.byGeneration()
        .forEach(
            (generation, members) -> {
              Rule kind = changeOrActivity(generation, members, context, written);
              boolean change = kind == Rule.FIRST_SESSION;
              Outcome outcome = change ? Outcome.of(generation, context) : null;
              FinishedTrace trace =
                  change
                      ? builder.change(generation, members, outcome)
                      : builder.activity(generation, members, written.changeOf(generation));
              traces.add(trace);
              explained.add(new Explanation.Trace(generation, kind, members, trace, outcome));
              generations.put(
                  generation,
                  change
                      ? new WrittenChange(trace.traceId(), trace.root().spanId())
                      : WrittenChange.NONE);
            });
    return new Assembled(
        List.copyOf(traces), generations, new Explanation(log, context, tree, explained, settings));
  }

  /** Rule 5.5: the first session of a generation is its change, unless it comes long after. */
  private Rule changeOrActivity(
      long generation, List<Integer> members, SessionContext context, WrittenGenerations written) {
    if (written.contains(generation)) {
      return Rule.LATER_SESSION;
    }
    long first = context.session().occurrences().get(members.get(0)).event().timeNanos();
    boolean late =
        context
            .generations()
            .get(generation)
            .filter(g -> first > Times.plus(g.changeNanos(), settings.inactivityNanos()))
            .isPresent();
    return late ? Rule.LATE : Rule.FIRST_SESSION;
  }
}
