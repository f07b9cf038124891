package io.kspan.topology.assemble;

import io.kspan.topology.assemble.Generations.Generation;
import io.kspan.topology.assemble.Ids.TraceIds;
import io.kspan.topology.assemble.Outcome.Result;
import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.FinishedSpan;
import io.kspan.topology.model.FinishedSpan.SpanLink;
import io.kspan.topology.model.FinishedTrace;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.PlacedOccurrence;
import io.kspan.topology.model.RootLog;
import io.kspan.topology.model.SpecChange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Writes the spans of one session's traces down. Thread-confined. */
final class TraceBuilder {
  private static final Comparator<FinishedSpan> BY_START =
      Comparator.comparingLong(FinishedSpan::startEpochNanos).thenComparing(FinishedSpan::spanId);

  private final ObjectIdentity root;
  private final List<ObjectSnapshot> rootSnapshots;
  private final Session session;
  private final Generations generations;
  private final Causality causality;
  private final Timing timing;
  private final EventSpans spans;
  private final long[] unseen;

  TraceBuilder(
      RootLog log,
      List<ObjectSnapshot> rootSnapshots,
      Session session,
      Generations generations,
      Causality causality,
      Timing timing,
      EventSpans spans) {
    this.root = log.root();
    this.rootSnapshots = rootSnapshots;
    this.session = session;
    this.generations = generations;
    this.causality = causality;
    this.timing = timing;
    this.spans = spans;
    this.unseen = countUnseen(session.occurrences());
  }

  /** How many occurrences an Event's count jumped over since the one before it in the session. */
  private static long[] countUnseen(List<PlacedOccurrence> occurrences) {
    long[] unseen = new long[occurrences.size()];
    Map<String, Long> counts = new HashMap<>();
    for (int i = 0; i < unseen.length; i++) {
      EventOccurrence event = occurrences.get(i).event();
      Long before = counts.put(event.uid(), event.count());
      unseen[i] = before == null ? 0 : Math.max(0, event.count() - before - 1);
    }
    return unseen;
  }

  /**
   * The trace of one generation.
   *
   * @param members indices of its occurrences, by event time
   * @param change whether it is the change itself, or later activity
   * @param changeWritten whether the change trace was written in an earlier session
   */
  FinishedTrace build(
      long generation, List<Integer> members, boolean change, boolean changeWritten) {
    TraceIds changeIds = Ids.change(root, generation);
    TraceIds ids = change ? changeIds : Ids.activity(root, generation, event(members.get(0)));
    Optional<Integer> annotated =
        members.stream().filter(i -> causality.parent(i) == Causality.IS_ROOT).findFirst();
    annotated.ifPresent(i -> timing.cover(i, members));

    List<SpanLink> links = new ArrayList<>(RootSpans.linkOf(rootSnapshots));
    if (!change && changeWritten) {
      links.add(
          new SpanLink(
              changeIds.traceId(),
              changeIds.rootSpanId(),
              new TreeMap<>(Map.of("kspan.link", "change"))));
    }
    String rootSpanId = annotated.map(i -> Ids.event(event(i))).orElse(ids.rootSpanId());
    FinishedSpan rootSpan =
        annotated
            .map(i -> eventSpan(i, "", change, generation, links))
            .orElseGet(() -> rootSpan(generation, members, change, rootSpanId, links));

    List<FinishedSpan> all = new ArrayList<>();
    for (int i : members) {
      if (causality.parent(i) != Causality.IS_ROOT) {
        all.add(eventSpan(i, rootSpanId, change, generation, List.of()));
      }
    }
    all.sort(BY_START);
    all.add(0, rootSpan);
    return new FinishedTrace(ids.traceId(), all);
  }

  private EventOccurrence event(int index) {
    return session.occurrences().get(index).event();
  }

  private FinishedSpan eventSpan(
      int index, String rootSpanId, boolean change, long generation, List<SpanLink> links) {
    PlacedOccurrence occurrence = session.occurrences().get(index);
    EventOccurrence event = occurrence.event();
    int parent = causality.parent(index);
    boolean error = event.type().equals(EventSpans.WARNING);
    AttributeMap attributes =
        spans.ofEvent(occurrence, timing.adjustedMillis(index), unseen[index]);
    if (parent == Causality.IS_ROOT) {
      attributes.put(KubernetesAttributes.OBJECT_GENERATION, generation);
      describe(attributes, generation, change);
    }
    return new FinishedSpan(
        Ids.event(event),
        parent >= 0 ? Ids.event(event(parent)) : rootSpanId,
        occurrence.object().reference().kind() + "." + event.reason(),
        timing.start(index),
        timing.end(index),
        attributes.build(),
        error,
        error ? attributes.cut(event.message()) : "",
        links,
        spans.resource(event.component(), event.host()));
  }

  private FinishedSpan rootSpan(
      long generation, List<Integer> members, boolean change, String spanId, List<SpanLink> links) {
    long start = members.stream().mapToLong(timing::start).min().orElseThrow();
    long end = members.stream().mapToLong(timing::end).max().orElseThrow();
    AttributeMap attributes = spans.ofRoot(change ? "change" : "activity", root);
    attributes.put(KubernetesAttributes.OBJECT_GENERATION, generation);
    Outcome outcome = describe(attributes, generation, change);
    String operation = "Activity";
    String source = "";
    if (change) {
      Optional<Generation> known = generations.get(generation);
      SpecChange spec = known.map(Generation::spec).orElse(null);
      operation = spec == null ? "Change" : spec.operation();
      source = spec == null ? "" : spec.manager();
      start = Math.min(start, known.map(Generation::changeNanos).orElse(start));
      end = Math.max(end, outcome.atNanos());
    }
    boolean error = change && outcome.result() == Result.FAILED || closedFailing();
    return new FinishedSpan(
        spanId,
        "",
        root.reference().kind() + "." + operation,
        start,
        end,
        attributes.build(),
        error,
        error ? session.finishedBy().text() : "",
        links,
        spans.resource(source, ""));
  }

  private boolean closedFailing() {
    return session.finishedBy() == Session.FinishedBy.FAILING;
  }

  private Outcome describe(AttributeMap attributes, long generation, boolean change) {
    Outcome outcome =
        Outcome.of(generation, rootSnapshots, generations.overtakenNanos(generation), session);
    if (change) {
      generations
          .get(generation)
          .ifPresent(g -> RootSpans.change(attributes, g, generations.before(generation)));
    }
    RootSpans.outcome(attributes, outcome.result(), session);
    return outcome;
  }
}
