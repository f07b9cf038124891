package io.kspan.topology.assemble;

import io.kspan.topology.assemble.Generations.Generation;
import io.kspan.topology.assemble.Ids.TraceIds;
import io.kspan.topology.assemble.Outcome.Result;
import io.kspan.topology.assemble.Session.FinishedBy;
import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.FinishedSpan;
import io.kspan.topology.model.FinishedSpan.SpanLink;
import io.kspan.topology.model.FinishedTrace;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.PlacedOccurrence;
import io.kspan.topology.model.SpecChange;
import io.kspan.topology.model.WrittenChange;
import io.opentelemetry.semconv.ErrorAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Writes the spans of one session's traces down. Thread-confined. */
final class TraceBuilder {
  private static final String LINK = "kspan.link";
  private static final String NO_FAILURE = "";
  private static final Comparator<FinishedSpan> BY_START =
      Comparator.comparingLong(FinishedSpan::startEpochNanos).thenComparing(FinishedSpan::spanId);

  private final ObjectIdentity root;
  private final History history;
  private final boolean childOfTraceparent;
  private final Generations generations;
  private final Causality causality;
  private final Timing timing;
  private final EventSpans spans;

  TraceBuilder(
      ObjectIdentity root,
      History history,
      boolean childOfTraceparent,
      Generations generations,
      Causality causality,
      Timing timing,
      EventSpans spans) {
    this.root = root;
    this.history = history;
    this.childOfTraceparent = childOfTraceparent;
    this.generations = generations;
    this.causality = causality;
    this.timing = timing;
    this.spans = spans;
  }

  /**
   * The local root of a trace.
   *
   * @param parentSpanId empty unless it continues somebody else's trace
   */
  private record Top(
      long generation,
      boolean change,
      String traceId,
      String spanId,
      String parentSpanId,
      List<SpanLink> links) {}

  /**
   * The trace of a change.
   *
   * @param members indices of its occurrences, by event time
   */
  FinishedTrace change(long generation, List<Integer> members) {
    TraceIds ids = Ids.change(root, generation);
    Optional<SpanLink> traceparent = TraceParents.ofGeneration(history.rootSnapshots(), generation);
    if (traceparent.isPresent() && childOfTraceparent) {
      SpanLink parent = traceparent.get();
      return build(
          members,
          new Top(
              generation, true, parent.traceId(), ids.rootSpanId(), parent.spanId(), List.of()));
    }
    return build(
        members,
        new Top(
            generation,
            true,
            ids.traceId(),
            ids.rootSpanId(),
            "",
            traceparent.map(List::of).orElse(List.of())));
  }

  /**
   * A trace of what happened after the change was written, or long after the change.
   *
   * @param members indices of its occurrences, by event time
   * @param written the change trace that it links to, if there is one
   */
  FinishedTrace activity(long generation, List<Integer> members, WrittenChange written) {
    TraceIds ids = Ids.activity(root, generation, event(members.get(0)));
    List<SpanLink> links = new ArrayList<>();
    TraceParents.ofGeneration(history.rootSnapshots(), generation).ifPresent(links::add);
    if (written.exists()) {
      links.add(
          new SpanLink(
              written.traceId(), written.rootSpanId(), new TreeMap<>(Map.of(LINK, "change"))));
    }
    return build(members, new Top(generation, false, ids.traceId(), ids.rootSpanId(), "", links));
  }

  private FinishedTrace build(List<Integer> members, Top top) {
    Optional<Integer> annotated =
        members.stream().filter(i -> causality.parent(i) == Causality.IS_ROOT).findFirst();
    annotated.ifPresent(i -> timing.cover(i, members));
    FinishedSpan rootSpan =
        annotated.map(i -> annotatedSpan(i, top)).orElseGet(() -> rootSpan(members, top));
    List<FinishedSpan> all = new ArrayList<>(members.size() + 1);
    for (int i : members) {
      if (causality.parent(i) != Causality.IS_ROOT) {
        int parent = causality.parent(i);
        String parentId = parent >= 0 ? Ids.event(event(parent)) : rootSpan.spanId();
        all.add(eventSpan(i, parentId, attributesOf(i), List.of(), NO_FAILURE));
      }
    }
    all.sort(BY_START);
    all.add(0, rootSpan);
    return new FinishedTrace(top.traceId(), all);
  }

  private EventOccurrence event(int index) {
    return history.session().occurrences().get(index).event();
  }

  private AttributeMap attributesOf(int index) {
    return spans.ofEvent(history.session().occurrences().get(index), timing.adjustedMillis(index));
  }

  /** 4.1: the event span itself is the root of the trace, and says what a root says. */
  private FinishedSpan annotatedSpan(int index, Top top) {
    AttributeMap attributes = attributesOf(index);
    String failure = failure(describe(attributes, top), top);
    return eventSpan(index, top.parentSpanId(), attributes, top.links(), failure);
  }

  private FinishedSpan eventSpan(
      int index,
      String parentSpanId,
      AttributeMap attributes,
      List<SpanLink> links,
      String failure) {
    PlacedOccurrence occurrence = history.session().occurrences().get(index);
    EventOccurrence event = occurrence.event();
    boolean warning = event.type().equals(EventSpans.WARNING);
    return new FinishedSpan(
        Ids.event(event),
        parentSpanId,
        occurrence.object().reference().kind() + "." + event.reason(),
        timing.start(index),
        timing.end(index),
        attributes.build(),
        warning || !failure.isEmpty(),
        warning ? attributes.cut(event.message()) : failure,
        links,
        spans.resource(event.component(), event.host()));
  }

  private FinishedSpan rootSpan(List<Integer> members, Top top) {
    long start = members.stream().mapToLong(timing::start).min().orElseThrow();
    long end = members.stream().mapToLong(timing::end).max().orElseThrow();
    AttributeMap attributes = spans.ofRoot(top.change() ? "change" : "activity", root);
    Outcome outcome = describe(attributes, top);
    String operation = "Activity";
    String source = "";
    if (top.change()) {
      Optional<Generation> known = generations.get(top.generation());
      SpecChange spec = known.map(Generation::spec).orElse(null);
      operation = spec == null ? "Change" : spec.operation();
      source = spec == null ? "" : spec.manager();
      start = Math.min(start, known.map(Generation::changeNanos).orElse(start));
      end = Math.max(end, outcome.atNanos());
    }
    String failure = failure(outcome, top);
    attributes.put(ErrorAttributes.ERROR_TYPE, failure);
    return new FinishedSpan(
        top.spanId(),
        top.parentSpanId(),
        root.reference().kind() + "." + operation,
        start,
        end,
        attributes.build(),
        !failure.isEmpty(),
        failure,
        top.links(),
        spans.resource(source, ""));
  }

  /** What is wrong with a root span, in a word; empty if nothing is. */
  private String failure(Outcome outcome, Top top) {
    if (history.session().finishedBy() == FinishedBy.FAILING) {
      return FinishedBy.FAILING.text();
    }
    return top.change() && outcome.result() == Result.FAILED ? Result.FAILED.text() : NO_FAILURE;
  }

  private Outcome describe(AttributeMap attributes, Top top) {
    long generation = top.generation();
    attributes.put(KubernetesAttributes.OBJECT_GENERATION, generation);
    if (top.change()) {
      generations
          .get(generation)
          .ifPresent(g -> RootSpans.change(attributes, g, generations.before(generation)));
    }
    Outcome outcome = Outcome.of(generation, history, generations.overtakenNanos(generation));
    RootSpans.outcome(attributes, outcome.result(), history.session());
    return outcome;
  }
}
