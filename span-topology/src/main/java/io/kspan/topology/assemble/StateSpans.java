package io.kspan.topology.assemble;

import io.kspan.topology.model.FinishedSpan;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.ObjectState;
import io.kspan.topology.model.OwnerReference;
import io.kspan.topology.model.PlacedOccurrence;
import io.kspan.topology.model.StatusFacts;
import io.opentelemetry.semconv.ErrorAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * The spans of the states of the objects of one session (trace-model 9). They lie within their
 * parents, so they change no other span. Confined to the thread that builds the traces.
 */
final class StateSpans {
  /** Of what lies between two sessions, the second one shows this much before its first Event. */
  private static final long BEFORE_FIRST_EVENT = 60 * Times.SECOND;

  private final SessionContext context;
  private final SpanTree tree;
  private final Causes causes;
  private final SpanTimes times;
  private final SpanAttributes attributes;
  private final long fromNanos;
  private final long toNanos;
  private final NavigableMap<Long, List<Placed>> byGeneration = new TreeMap<>();

  /**
   * A period, and where its span hangs.
   *
   * @param parent an occurrence, or the root span
   * @param begins whether the trace shows its beginning
   * @param ends whether the trace shows its end
   */
  private record Placed(
      ObjectPeriod period,
      ObjectIdentity object,
      List<ObjectIdentity> owners,
      int parent,
      boolean begins,
      boolean ends) {

    Placed at(int newParent, boolean doesBegin, boolean doesEnd) {
      return new Placed(period, object, owners, newParent, doesBegin, doesEnd);
    }
  }

  StateSpans(
      SessionContext context,
      SpanTree tree,
      Causes causes,
      SpanTimes times,
      SpanAttributes attributes) {
    this.context = context;
    this.tree = tree;
    this.causes = causes;
    this.times = times;
    this.attributes = attributes;
    Session session = context.session();
    this.toNanos = session.endNanos();
    if (session.occurrences().isEmpty()) {
      this.fromNanos = toNanos;
      return;
    }
    this.fromNanos =
        Math.max(
            session.previousEndNanos(),
            session.occurrences().get(0).event().timeNanos() - BEFORE_FIRST_EVENT);
    if (context.objects().versions().anyMatch(StateSpans::hasFacts)) {
      tree.byGeneration().keySet().forEach(g -> byGeneration.put(g, new ArrayList<>()));
      long reach = Math.max(firstReceiptMillis(), session.previousEndNanos() / Times.MILLI);
      context.objects().versions().forEach(versions -> placeAll(versions, reach));
    }
  }

  private List<PlacedOccurrence> session() {
    return context.session().occurrences();
  }

  private static boolean hasFacts(List<ObjectSnapshot> versions) {
    return versions.stream().anyMatch(version -> !version.facts().equals(StatusFacts.NONE));
  }

  /**
   * The states of one object. While it is in another tree they have spans there.
   *
   * @param versions of the object, by receipt
   * @param reachMillis a version from long before that can begin or end no state in this session
   */
  private void placeAll(List<ObjectSnapshot> versions, long reachMillis) {
    if (Times.ofMillis(versions.get(versions.size() - 1).receiptMillis()) < fromNanos) {
      return;
    }
    List<ObjectSnapshot> inTree = new ArrayList<>(versions.size());
    long sinceNanos = Long.MIN_VALUE;
    for (ObjectSnapshot version : versions) {
      if (version.state() == ObjectState.LEFT) {
        place(inTree, sinceNanos);
        inTree.clear();
        sinceNanos = Times.ofMillis(version.receiptMillis());
        continue;
      }
      // As far back as SnapshotRetention keeps versions: earlier or later, it is the same.
      if (version.receiptMillis() < reachMillis - SnapshotRetention.REACH_MILLIS) {
        inTree.clear();
      }
      inTree.add(version);
    }
    place(inTree, sinceNanos);
  }

  private long firstReceiptMillis() {
    return session().stream().mapToLong(o -> o.event().receiptMillis()).min().orElseThrow();
  }

  private void place(List<ObjectSnapshot> versions, long sinceNanos) {
    if (versions.isEmpty()) {
      return;
    }
    List<ObjectPeriod> periods =
        ObjectPeriods.of(versions).stream()
            .filter(p -> p.startNanos() >= sinceNanos)
            .filter(p -> isWithin(p.startNanos()) || isWithin(p.endNanos()))
            .toList();
    if (periods.isEmpty()) {
      return;
    }
    ObjectSnapshot last = versions.get(versions.size() - 1);
    List<Integer> about = tree.byObject().getOrDefault(last.uid(), List.of());
    ObjectIdentity object = last.identity();
    List<ObjectIdentity> owners =
        about.isEmpty() ? owners(last) : session().get(about.get(0)).owners();
    int parent = owners.isEmpty() ? SpanTree.ROOT_SPAN : parent(object, about);
    for (ObjectPeriod period : periods) {
      place(new Placed(period, object, owners, parent, true, true));
    }
  }

  /** A state that begins in one trace and ends in another has a span in each. */
  private void place(Placed placed) {
    ObjectPeriod period = placed.period();
    boolean begins = isWithin(period.startNanos());
    boolean ends = isWithin(period.endNanos());
    boolean beginsHere = begins && isInBranch(placed.parent(), period.startNanos());
    boolean endsHere = ends && isInBranch(placed.parent(), period.endNanos());
    long home = placed.parent() >= 0 ? tree.endsIn(placed.parent()).generation() : Long.MIN_VALUE;
    long first = beginsHere ? home : generationAt(period.startNanos());
    long last = endsHere ? home : generationAt(period.endNanos());
    if (begins && ends && first == last) {
      int parent = beginsHere ? covering(placed.parent(), period) : SpanTree.ROOT_SPAN;
      byGeneration.get(first).add(placed.at(parent, true, true));
      return;
    }
    if (begins) {
      int parent = beginsHere ? placed.parent() : SpanTree.ROOT_SPAN;
      byGeneration.get(first).add(placed.at(parent, true, false));
    }
    if (ends) {
      byGeneration.get(last).add(placed.at(SpanTree.ROOT_SPAN, false, true));
    }
  }

  /** Whether the top span of the branch that holds {@code parent} lasts until {@code timeNanos}. */
  private boolean isInBranch(int parent, long timeNanos) {
    if (parent < 0) {
      return false;
    }
    int top = parent;
    while (tree.parent(top) >= 0) {
      top = tree.parent(top);
    }
    return timeNanos <= times.end(top);
  }

  /** Of the generations that have a trace in this session the one that had begun. */
  private long generationAt(long timeNanos) {
    Long begun = byGeneration.floorKey(context.generations().at(timeNanos).generation());
    return begun == null ? byGeneration.firstKey() : begun;
  }

  /** Rule 9.4: a trace shows the states that begin or end in it. */
  private boolean isWithin(long timeNanos) {
    return timeNanos >= fromNanos && timeNanos < toNanos;
  }

  /** Rule 9.3: where the start-up Events of the object hang, or would. */
  private int parent(ObjectIdentity object, List<Integer> about) {
    for (int occurrence : about) {
      if (ParentRules.START_UP.contains(session().get(occurrence).event().reason())) {
        return tree.parent(occurrence);
      }
    }
    return causes.makerOf(object, object.creationNanos() + Times.SECOND);
  }

  /** The owners up to the root, as the newest versions say; of what left the tree only the root. */
  private List<ObjectIdentity> owners(ObjectSnapshot object) {
    List<ObjectIdentity> owners = new ArrayList<>();
    Set<String> met = new HashSet<>(Set.of(object.uid()));
    ObjectSnapshot at = object;
    while (at != null && !at.owners().isEmpty() && !at.uid().equals(context.root().uid())) {
      OwnerReference owner = at.owners().get(0);
      if (owner.uid().equals(context.root().uid()) || !met.add(owner.uid())) {
        break;
      }
      at = context.objects().newest(owner.uid());
      if (at != null) {
        owners.add(at.identity());
      }
    }
    if (!object.uid().equals(context.root().uid())) {
      owners.add(context.root());
    }
    return owners;
  }

  /**
   * Adds the spans of one trace to {@code spans}.
   *
   * @param root the local root
   */
  void addTo(List<FinishedSpan> spans, long generation, String traceId, FinishedSpan root) {
    for (Placed placed : byGeneration.getOrDefault(generation, List.of())) {
      spans.add(span(placed, traceId, root));
    }
  }

  private FinishedSpan span(Placed placed, String traceId, FinishedSpan root) {
    ObjectPeriod period = placed.period();
    int parent = placed.parent();
    boolean belowRoot = parent < 0 || tree.parent(parent) == SpanTree.IS_ROOT;
    long first = belowRoot ? root.startEpochNanos() : times.start(parent);
    long last = belowRoot ? root.endEpochNanos() : times.end(parent);
    long start = placed.begins() ? Math.max(first, Math.min(last, period.startNanos())) : first;
    long end = placed.ends() ? Math.max(start, Math.min(last, period.endNanos())) : last;
    String failure = SpanAttributes.failure(period, placed.ends());
    AttributeMap described =
        attributes
            .ofState(period, placed.object(), placed.owners(), placed.ends())
            .put(ErrorAttributes.ERROR_TYPE, failure)
            .putTime("kspan.state.start_time", period.startNanos(), start)
            .putTime("kspan.state.end_time", placed.ends() ? period.endNanos() : end, end)
            .put("kspan.state.continued", continued(placed));
    return new FinishedSpan(
        Ids.state(traceId, placed.object(), period),
        belowRoot ? root.spanId() : tree.spanId(parent),
        placed.object().reference().kind() + "." + period.state().text(),
        start,
        end,
        described.build(),
        !failure.isEmpty(),
        failure,
        List.of(),
        attributes.resource(period, placed.object(), placed.owners()));
  }

  /** The nearest span from {@code parent} on upwards that lasts as long as a state. */
  private int covering(int parent, ObjectPeriod period) {
    int at = parent;
    while (at >= 0 && times.end(at) < period.endNanos()) {
      at = tree.parent(at);
    }
    return at;
  }

  /** A state can begin before its trace, and go on after it. */
  private static String continued(Placed placed) {
    if (placed.begins()) {
      return placed.ends() ? "" : "after";
    }
    return "before";
  }
}
