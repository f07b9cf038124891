package io.kspan.topology.assemble;

import io.kspan.topology.assemble.Generations.Generation;
import io.kspan.topology.model.FinishedTrace;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.ObjectState;
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
    Causes causes = causes(context);
    SpanTree tree = tree(context, causes);
    TraceBuilder builder = builder(log, context, causes, tree);

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

  private static SpanTree tree(SessionContext context, Causes causes) {
    List<PlacedOccurrence> occurrences = context.session().occurrences();
    return new SpanTree(
        occurrences,
        new ParentRules(occurrences, causes, context.objects()),
        context.generations());
  }

  private static Causes causes(SessionContext context) {
    return new Causes(context.session().occurrences(), context.objects());
  }

  private TraceBuilder builder(RootLog log, SessionContext context, Causes causes, SpanTree tree) {
    long closingNanos = context.session().closingNanos();
    long knownUntilMillis =
        closingNanos == Times.NEVER ? Long.MAX_VALUE : closingNanos / Times.MILLI;
    SpanTimes times = new SpanTimes(context.session().occurrences(), tree, context.objects());
    SpanAttributes attributes =
        new SpanAttributes(
            settings,
            log.cluster().name(),
            log.cluster().uidAt(knownUntilMillis),
            context.objects());
    return new TraceBuilder(
        context,
        tree,
        times,
        attributes,
        new StateSpans(context, tree, causes, times, attributes),
        settings.childOfTraceparent());
  }

  /**
   * The changes of a root that begin.
   *
   * @param changes their root spans so far, by generation
   * @param upTo the highest generation that is known
   * @param nextNanos when the next one can begin, with a version that is received later; never
   *     without one
   */
  public record Begun(List<FinishedTrace> changes, long upTo, long nextNanos) {}

  /**
   * The changes that begin with the first versions of generations above {@code above} received up
   * to {@code nowNanos}. Each is what is known at that receipt, whenever it is asked for.
   *
   * <p>Left out is what is not known to be new: a generation whose change time is more than {@code
   * trace.inactivity} before its first receipt (its trace can still be written), and the first
   * version of a root that does not say when it was changed.
   */
  public Begun begun(RootLog log, long above, long nowNanos) {
    SortedMap<Long, Long> receipts = new TreeMap<>();
    long next = Times.NEVER;
    String root = log.root() == null ? "" : log.root().uid();
    for (ObjectSnapshot snapshot : log.snapshots()) {
      long receipt = Times.ofMillis(snapshot.receiptMillis());
      if (snapshot.uid().equals(root) && snapshot.generation() > above) {
        if (receipt <= nowNanos) {
          receipts.putIfAbsent(snapshot.generation(), receipt);
        } else {
          next = Math.min(next, receipt);
        }
      }
    }
    List<FinishedTrace> changes = new ArrayList<>();
    receipts.forEach(
        (generation, receipt) -> {
          Session moment =
              new Session(
                  List.of(), Long.MIN_VALUE, receipt, Session.FinishedBy.QUIET, receipt, receipt);
          SessionContext context = SessionContext.of(log, moment);
          Causes causes = causes(context);
          context
              .generations()
              .get(generation)
              .filter(g -> isNew(g, context.generations()))
              .map(g -> builder(log, context, causes, tree(context, causes)).begun(g))
              .ifPresent(changes::add);
        });
    return new Begun(changes, receipts.isEmpty() ? above : receipts.lastKey(), next);
  }

  private boolean isNew(Generation generation, Generations known) {
    ObjectSnapshot first = generation.first();
    boolean saysWhen =
        known.before(generation.number()).isPresent()
            || generation.spec() != null
            || generation.number() <= 1 && first.creationNanos() > 0;
    return saysWhen
        && !first.deleted()
        && !first.terminating()
        && first.state() != ObjectState.LEFT
        // Versions can come in another order than they were made in: what is overtaken is not new.
        && known.firstReceiptAfter(generation.number()) >= generation.firstReceiptNanos()
        && generation.firstReceiptNanos()
            <= Times.plus(generation.changeNanos(), settings.inactivityNanos());
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
