package io.kspan.topology.assemble;

import io.kspan.topology.assemble.Generations.Generation;
import io.kspan.topology.assemble.Ids.TraceIds;
import io.kspan.topology.assemble.Outcome.Result;
import io.kspan.topology.assemble.Session.FinishedBy;
import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.FinishedSpan;
import io.kspan.topology.model.FinishedSpan.SpanLink;
import io.kspan.topology.model.FinishedTrace;
import io.kspan.topology.model.PlacedLink;
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

/** Builds the spans of the traces of one session. Confined to one thread. */
final class TraceBuilder {
  private static final String LINK = "kspan.link";
  private static final String NO_FAILURE = "";
  private static final Comparator<FinishedSpan> BY_START =
      Comparator.comparingLong(FinishedSpan::startEpochNanos).thenComparing(FinishedSpan::spanId);

  private final SessionContext context;
  private final List<PlacedOccurrence> session;
  private final SpanTree tree;
  private final SpanTimes times;
  private final SpanAttributes spans;
  private final boolean childOfTraceparent;

  TraceBuilder(
      SessionContext context,
      SpanTree tree,
      SpanTimes times,
      SpanAttributes spans,
      boolean childOfTraceparent) {
    this.context = context;
    this.session = context.session().occurrences();
    this.tree = tree;
    this.times = times;
    this.spans = spans;
    this.childOfTraceparent = childOfTraceparent;
  }

  /**
   * The local root of a trace.
   *
   * @param outcome of a change; null for an activity
   * @param parentSpanId empty unless it continues a trace that another tool began
   */
  private record LocalRoot(
      long generation,
      Outcome outcome,
      String traceId,
      String spanId,
      String parentSpanId,
      List<SpanLink> links) {}

  /**
   * The trace of a change.
   *
   * @param members indices of its occurrences, by event time
   * @param outcome how it ended
   */
  FinishedTrace change(long generation, List<Integer> members, Outcome outcome) {
    TraceIds ids = Ids.change(context.root(), generation);
    String traceId = ids.traceId();
    String parentSpanId = "";
    List<SpanLink> links = new ArrayList<>();
    Optional<SpanLink> traceparent = TraceParents.ofGeneration(context.rootSnapshots(), generation);
    if (traceparent.isPresent() && childOfTraceparent) {
      traceId = traceparent.get().traceId();
      parentSpanId = traceparent.get().spanId();
    } else {
      traceparent.ifPresent(links::add);
    }
    return build(
        members,
        new LocalRoot(generation, outcome, traceId, ids.rootSpanId(), parentSpanId, links));
  }

  /**
   * A trace of what happened after the change was written, or long after the change.
   *
   * @param members indices of its occurrences, by event time
   * @param written the change trace that it links to, if there is one
   */
  FinishedTrace activity(long generation, List<Integer> members, WrittenChange written) {
    TraceIds ids = Ids.activity(context.root(), generation, session.get(members.get(0)).event());
    List<SpanLink> links = new ArrayList<>();
    TraceParents.ofGeneration(context.rootSnapshots(), generation).ifPresent(links::add);
    if (written.exists()) {
      links.add(
          new SpanLink(
              written.traceId(), written.rootSpanId(), new TreeMap<>(Map.of(LINK, "change"))));
    }
    return build(
        members, new LocalRoot(generation, null, ids.traceId(), ids.rootSpanId(), "", links));
  }

  /** Rule 1.3: a trace has exactly one local root, which all others are below. */
  private FinishedTrace build(List<Integer> members, LocalRoot root) {
    Optional<Integer> annotated =
        members.stream().filter(i -> tree.parent(i) == SpanTree.IS_ROOT).findFirst();
    annotated.ifPresent(i -> times.cover(i, members));
    members.forEach(i -> addLinks(root.links(), session.get(i)));
    FinishedSpan rootSpan =
        annotated.map(i -> annotatedSpan(i, root)).orElseGet(() -> rootSpan(members, root));
    List<FinishedSpan> all = new ArrayList<>();
    for (int i : members) {
      int parent = tree.parent(i);
      if (parent != SpanTree.IS_ROOT) {
        String parentId = parent >= 0 ? Ids.event(session.get(parent).event()) : rootSpan.spanId();
        all.add(eventSpan(i, parentId, attributesOf(i), List.of(), NO_FAILURE));
      }
    }
    all.sort(BY_START);
    all.add(0, rootSpan);
    return new FinishedTrace(root.traceId(), all);
  }

  /**
   * Rule 8.2: to the changes that an occurrence points to, each once. Their ids are functions of
   * the log, so nothing has to be known of them.
   */
  private static void addLinks(List<SpanLink> links, PlacedOccurrence occurrence) {
    for (PlacedLink to : occurrence.links()) {
      TraceIds ids = Ids.change(to.root(), to.generation());
      SpanLink link =
          new SpanLink(ids.traceId(), ids.rootSpanId(), new TreeMap<>(Map.of(LINK, to.word())));
      if (!links.contains(link)) {
        links.add(link);
      }
    }
  }

  private AttributeMap attributesOf(int index) {
    return spans.ofEvent(session.get(index), times.adjustedMillis(index));
  }

  /** An annotated event (trace-model 4.1) has the attributes of a root span, too. */
  private FinishedSpan annotatedSpan(int index, LocalRoot root) {
    AttributeMap attributes = attributesOf(index);
    describe(attributes, root);
    String failure = failure(root.outcome());
    return eventSpan(index, root.parentSpanId(), attributes, root.links(), failure);
  }

  private FinishedSpan eventSpan(
      int index,
      String parentSpanId,
      AttributeMap attributes,
      List<SpanLink> links,
      String failure) {
    PlacedOccurrence occurrence = session.get(index);
    EventOccurrence event = occurrence.event();
    boolean warning = event.isWarning();
    return new FinishedSpan(
        Ids.event(event),
        parentSpanId,
        occurrence.object().reference().kind()
            + "."
            + (event.reason().isEmpty() ? "Unknown" : event.reason()),
        times.start(index),
        times.end(index),
        attributes.build(),
        warning || !failure.isEmpty(),
        warning ? attributes.cut(event.message()) : failure,
        links,
        spans.resource(occurrence));
  }

  /** Rule 6.3: a change span ends with its outcome, an activity span with its last child. */
  private FinishedSpan rootSpan(List<Integer> members, LocalRoot root) {
    long start = members.stream().mapToLong(times::start).min().orElseThrow();
    long end = members.stream().mapToLong(times::end).max().orElseThrow();
    long asOf = asOfMillis(members, root);
    AttributeMap attributes =
        spans.ofRoot(root.outcome() == null ? "activity" : "change", context.root(), asOf);
    describe(attributes, root);
    String operation = "Activity";
    String source = "";
    if (root.outcome() != null) {
      Optional<Generation> known = context.generations().get(root.generation());
      SpecChange spec = known.map(Generation::spec).orElse(null);
      operation = spec == null ? "Change" : spec.operation();
      source = spec == null ? "" : spec.manager();
      start = Math.min(start, known.map(Generation::changeNanos).orElse(start));
      end = Math.max(end, root.outcome().atNanos());
    }
    String failure = failure(root.outcome());
    attributes.put(ErrorAttributes.ERROR_TYPE, failure);
    return new FinishedSpan(
        root.spanId(),
        root.parentSpanId(),
        context.root().reference().kind() + "." + operation,
        start,
        end,
        attributes.build(),
        !failure.isEmpty(),
        failure,
        root.links(),
        spans.resource(source, context.root(), asOf));
  }

  /** The receipt of the last version of the generation of a change, else of the first Event. */
  private long asOfMillis(List<Integer> members, LocalRoot root) {
    long firstEvent = session.get(members.get(0)).event().receiptMillis();
    return root.outcome() == null
        ? firstEvent
        : context
            .generations()
            .get(root.generation())
            .map(generation -> generation.last().receiptMillis())
            .orElse(firstEvent);
  }

  /** Why a root span has status ERROR, in a word; empty if it has not. */
  private String failure(Outcome outcome) {
    if (context.session().finishedBy() == FinishedBy.FAILING) {
      return FinishedBy.FAILING.text();
    }
    boolean failed = outcome != null && outcome.result() == Result.FAILED;
    return failed ? Result.FAILED.text() : NO_FAILURE;
  }

  /** Adds the attributes of a root span; an activity has no outcome. */
  private void describe(AttributeMap attributes, LocalRoot root) {
    attributes
        .put(KubernetesAttributes.OBJECT_GENERATION, root.generation())
        .put("kspan.finished.by", context.session().finishedBy().text());
    Outcome outcome = root.outcome();
    if (outcome == null) {
      return;
    }
    Generations generations = context.generations();
    generations
        .get(root.generation())
        .ifPresent(
            g ->
                SpanAttributes.change(
                    attributes,
                    g,
                    generations.before(g.number()),
                    context.rolledOutBefore(g.firstReceiptNanos())));
    attributes
        .put("kspan.outcome", outcome.result().text())
        .put("kspan.outcome.reason", outcome.reason());
  }
}
