package io.kspan.topology.assemble;

import io.kspan.topology.assemble.Generations.Generation;
import io.kspan.topology.assemble.Ids.TraceIds;
import io.kspan.topology.assemble.Outcome.Result;
import io.kspan.topology.assemble.Session.FinishedBy;
import io.kspan.topology.model.Attributes;
import io.kspan.topology.model.Delivery;
import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.FinishedSpan;
import io.kspan.topology.model.FinishedSpan.SpanLink;
import io.kspan.topology.model.FinishedTrace;
import io.kspan.topology.model.InTime;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.PlacedLink;
import io.kspan.topology.model.PlacedOccurrence;
import io.kspan.topology.model.SpecChange;
import io.kspan.topology.model.TraceContext;
import io.kspan.topology.model.WrittenChange;
import io.opentelemetry.semconv.ErrorAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Builds the spans of the traces of one session. Confined to one thread. */
final class TraceBuilder {
  private static final String LINK = "kspan.link";
  private static final String NO_FAILURE = "";
  private static final Comparator<FinishedSpan> BY_ID = Comparator.comparing(FinishedSpan::spanId);

  private final SessionContext context;
  private final List<PlacedOccurrence> session;
  private final SpanTree tree;
  private final SpanTimes times;
  private final SpanAttributes spans;
  private final StateSpans states;
  private final boolean childOfTraceparent;

  TraceBuilder(
      SessionContext context,
      SpanTree tree,
      SpanTimes times,
      SpanAttributes spans,
      StateSpans states,
      boolean childOfTraceparent) {
    this.context = context;
    this.session = context.session().occurrences();
    this.tree = tree;
    this.times = times;
    this.spans = spans;
    this.states = states;
    this.childOfTraceparent = childOfTraceparent;
  }

  /**
   * The local root of a trace.
   *
   * @param outcome of a change; null for an activity
   * @param parent in the trace that another tool began; null without
   */
  private record LocalRoot(
      long generation,
      Outcome outcome,
      String traceId,
      String spanId,
      TraceContext parent,
      List<SpanLink> links) {

    String parentSpanId() {
      return parent == null ? "" : parent.spanId();
    }
  }

  /**
   * The trace of a change.
   *
   * @param members indices of its occurrences, by event time
   * @param outcome how it ended
   */
  FinishedTrace change(long generation, List<Integer> members, Outcome outcome) {
    return build(members, changeRoot(generation, members, outcome));
  }

  /** What is known of a change when its first version is received: its root span so far. */
  FinishedTrace begun(Generation generation) {
    LocalRoot root = changeRoot(generation.number(), List.of(), null);
    long receiptNanos = generation.firstReceiptNanos();
    long asOf = generation.first().receiptMillis();
    AttributeMap attributes = spans.ofRoot("change", context.root(), asOf);
    attributes.put(KubernetesAttributes.OBJECT_GENERATION, generation.number());
    whatChanged(attributes, generation);
    delivery(attributes, root, asOf);
    SpecChange spec = generation.spec();
    return new FinishedTrace(
        root.traceId(),
        List.of(
            new FinishedSpan(
                root.spanId(),
                root.parentSpanId(),
                context.root().reference().kind() + "." + operation(spec),
                Math.min(generation.changeNanos(), receiptNanos),
                receiptNanos,
                attributes.build(),
                false,
                NO_FAILURE,
                root.links(),
                spans.resource(manager(spec), context.root(), asOf))),
        root.parent());
  }

  private static String operation(SpecChange spec) {
    return spec == null ? "Change" : spec.operation();
  }

  private static String manager(SpecChange spec) {
    return spec == null ? "" : spec.manager();
  }

  private LocalRoot changeRoot(long generation, List<Integer> members, Outcome outcome) {
    TraceIds ids = Ids.change(context.root(), generation);
    TraceContext ofRoot = context.traceContext(generation);
    TraceContext ofEvent =
        annotated(members).map(i -> session.get(i).event().traceContext()).orElse(null);
    TraceContext parent = null;
    List<SpanLink> links = new ArrayList<>();
    if (childOfTraceparent) {
      parent = ofRoot == null ? ofEvent : ofRoot;
    } else {
      addTraceparent(links, ofRoot, new HashSet<>());
    }
    Delivery delivery = delivery(generation);
    if (delivery != null && delivery.first() != null) {
      TraceIds first = Ids.change(delivery.first().root(), delivery.first().generation());
      links.add(link(first.traceId(), first.rootSpanId(), "delivery"));
    }
    String traceId = parent == null ? ids.traceId() : parent.traceId();
    return new LocalRoot(generation, outcome, traceId, ids.rootSpanId(), parent, links);
  }

  /** The release that a change belongs to; null without one. */
  private Delivery delivery(long generation) {
    return context.generations().get(generation).map(g -> g.first().delivery()).orElse(null);
  }

  /** The occurrence that is the root span itself (trace-model 4.1), if there is one. */
  private Optional<Integer> annotated(List<Integer> members) {
    return members.stream().filter(i -> tree.parent(i) == SpanTree.IS_ROOT).findFirst();
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
    addTraceparent(links, context.traceContext(generation), new HashSet<>());
    if (written.exists()) {
      links.add(link(written.traceId(), written.rootSpanId(), "change"));
    }
    return build(
        members, new LocalRoot(generation, null, ids.traceId(), ids.rootSpanId(), null, links));
  }

  /** Rule 1.3: a trace has exactly one local root, which all others are below. */
  private FinishedTrace build(List<Integer> members, LocalRoot root) {
    Optional<Integer> annotated = annotated(members);
    annotated.ifPresent(i -> times.cover(i, members));
    Set<String> linked = new HashSet<>();
    linked.add(root.parentSpanId());
    root.links().forEach(link -> linked.add(link.spanId()));
    annotated.ifPresent(i -> root.links().addAll(traceparents(i, linked)));
    members.forEach(i -> addLinks(root.links(), session.get(i)));
    FinishedSpan rootSpan =
        annotated.map(i -> annotatedSpan(i, root)).orElseGet(() -> rootSpan(members, root));
    List<FinishedSpan> all = new ArrayList<>();
    for (int i : members) {
      int parent = tree.parent(i);
      if (parent != SpanTree.IS_ROOT) {
        String parentId = parent >= 0 ? tree.spanId(parent) : rootSpan.spanId();
        all.add(eventSpan(i, parentId, attributesOf(i), traceparents(i, linked), NO_FAILURE));
      }
    }
    states.addTo(all, root.generation(), root.traceId(), rootSpan);
    List<FinishedSpan> inOrder = new ArrayList<>(all.size() + 1);
    inOrder.add(rootSpan);
    inOrder.addAll(InTime.sorted(all, FinishedSpan::startEpochNanos, BY_ID));
    return new FinishedTrace(root.traceId(), inOrder, root.parent());
  }

  /**
   * Rule 8.3: from the span of an occurrence to the trace contexts of its Event, of its object and
   * of the owners below the root, whose own the root span has.
   *
   * @param linked the spans that this trace links to already, which grows
   */
  private List<SpanLink> traceparents(int index, Set<String> linked) {
    PlacedOccurrence occurrence = session.get(index);
    long receipt = occurrence.event().receiptMillis();
    List<SpanLink> links = new ArrayList<>(0);
    addTraceparent(links, occurrence.event().traceContext(), linked);
    if (!occurrence.aboutRoot()) {
      addTraceparent(
          links, context.objects().traceContext(occurrence.object().uid(), receipt), linked);
      for (ObjectIdentity owner : occurrence.owners().subList(0, occurrence.owners().size() - 1)) {
        addTraceparent(links, context.objects().traceContext(owner.uid(), receipt), linked);
      }
    }
    return links;
  }

  private static SpanLink link(String traceId, String spanId, String word) {
    return new SpanLink(traceId, spanId, Attributes.copyOf(Map.of(LINK, word)));
  }

  private static void addTraceparent(List<SpanLink> links, TraceContext to, Set<String> linked) {
    if (to != null && linked.add(to.spanId())) {
      links.add(new SpanLink(to, Attributes.copyOf(Map.of(LINK, "traceparent"))));
    }
  }

  /**
   * Rule 8.2: to the changes that an occurrence points to, each once. Their ids are functions of
   * the log, so nothing has to be known of them.
   */
  private static void addLinks(List<SpanLink> links, PlacedOccurrence occurrence) {
    for (PlacedLink to : occurrence.links()) {
      TraceIds ids = Ids.change(to.root(), to.generation());
      SpanLink link = link(ids.traceId(), ids.rootSpanId(), to.word());
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
    describe(attributes, root, asOfMillis(List.of(index), root));
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
        tree.spanId(index),
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
        spans.resource(occurrence),
        new FinishedSpan.Occurrence(event.timeNanos(), event.receiptMillis()));
  }

  /** Rule 6.3: a change span ends with its outcome, an activity span with its last child. */
  private FinishedSpan rootSpan(List<Integer> members, LocalRoot root) {
    long start = members.stream().mapToLong(times::start).min().orElseThrow();
    long end = members.stream().mapToLong(times::end).max().orElseThrow();
    long asOf = asOfMillis(members, root);
    AttributeMap attributes =
        spans.ofRoot(root.outcome() == null ? "activity" : "change", context.root(), asOf);
    describe(attributes, root, asOf);
    String operation = "Activity";
    String source = "";
    if (root.outcome() != null) {
      Optional<Generation> known = context.generations().get(root.generation());
      SpecChange spec = known.map(Generation::spec).orElse(null);
      operation = operation(spec);
      source = manager(spec);
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

  /** Why a root span has status ERROR (trace-model 5.8), in a word; empty if it has not. */
  private String failure(Outcome outcome) {
    if (context.session().finishedBy() == FinishedBy.FAILING) {
      return FinishedBy.FAILING.text();
    }
    boolean failed = outcome != null && outcome.result() == Result.FAILED;
    return failed ? Result.FAILED.text() : NO_FAILURE;
  }

  private void whatChanged(AttributeMap attributes, Generation generation) {
    ChangeAttributes.add(
        attributes,
        generation,
        context.generations(),
        context.rolledOutBefore(generation.firstReceiptNanos()));
  }

  private void delivery(AttributeMap attributes, LocalRoot root, long asOfMillis) {
    spans.delivery(attributes, context.root(), asOfMillis, root.outcome());
    Delivery delivery = delivery(root.generation());
    attributes.put("kspan.delivery.id", delivery == null ? "" : delivery.id());
  }

  /** Adds the attributes of a root span; an activity has no outcome. */
  private void describe(AttributeMap attributes, LocalRoot root, long asOfMillis) {
    attributes
        .put(KubernetesAttributes.OBJECT_GENERATION, root.generation())
        .put("kspan.finished.by", context.session().finishedBy().text());
    Outcome outcome = root.outcome();
    if (outcome == null) {
      return;
    }
    context.generations().get(root.generation()).ifPresent(g -> whatChanged(attributes, g));
    delivery(attributes, root, asOfMillis);
    attributes
        .put("kspan.outcome", outcome.result().text())
        .put("kspan.outcome.reason", outcome.reason());
  }
}
