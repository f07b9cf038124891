package io.kspan.topology.assemble;

import io.kspan.topology.assemble.Generations.Generation;
import io.kspan.topology.assemble.Session.FinishedBy;
import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.EventOccurrence.StampPrecision;
import io.kspan.topology.model.FinishedTrace;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectReference;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.PlacedLink;
import io.kspan.topology.model.PlacedOccurrence;
import io.kspan.topology.model.RootLog;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Says why the traces of one session are what they are: which rule decided the root, the parent,
 * the generation, the end of the session and the outcome, and from which records.
 *
 * <p>Made from what the rules returned when the session was assembled; nothing is decided again.
 * Costs nothing until it is asked for its lines.
 */
public final class Explanation {
  private static final int SESSION_ITEM = 2;
  private static final int TRACE_ITEM = 4;
  private static final int EVENT_ITEM = 6;

  private final RootLog log;
  private final SessionContext context;
  private final SpanTree tree;
  private final List<Trace> traces;
  private final long orphanWindowNanos;
  private final List<String> lines = new ArrayList<>();

  /**
   * A trace of the session.
   *
   * @param generation that it belongs to
   * @param kind why it is a change or an activity
   * @param members indices of its occurrences
   * @param outcome of a change, else null
   */
  record Trace(
      long generation, Rule kind, List<Integer> members, FinishedTrace trace, Outcome outcome) {}

  Explanation(
      RootLog log,
      SessionContext context,
      SpanTree tree,
      List<Trace> traces,
      long orphanWindowNanos) {
    this.log = log;
    this.context = context;
    this.tree = tree;
    this.traces = traces;
    this.orphanWindowNanos = orphanWindowNanos;
  }

  /** The root of the tree. */
  public ObjectReference root() {
    return context.root().reference();
  }

  /** Whether {@code traceId} is one of the traces. */
  public boolean has(String traceId) {
    return traces.stream().anyMatch(t -> t.trace().traceId().equals(traceId));
  }

  /** Whether an event of the session is about {@code object}. */
  public boolean isAbout(ObjectReference object) {
    return context.session().occurrences().stream()
        .anyMatch(o -> o.object().reference().equals(object));
  }

  /** The explanation as lines of text; names are as the cluster wrote them. */
  public List<String> lines() {
    lines.clear();
    session();
    traces.forEach(this::trace);
    return List.copyOf(lines);
  }

  private void add(int indent, String format, Object... values) {
    lines.add(" ".repeat(indent) + format.formatted(values));
  }

  private void session() {
    Session session = context.session();
    add(0, "session of %s", name(context.root()));
    add(SESSION_ITEM, "root: %s", rootOrigin());
    add(
        SESSION_ITEM,
        "ends at %s as '%s', rule 5.2: %s",
        time(session.endNanos()),
        session.finishedBy().text(),
        end(session.finishedBy()));
    add(SESSION_ITEM, "horizon: what is received up to %s counts", time(session.closingNanos()));
    add(SESSION_ITEM, "state of the tree (rules 5.3, 5.4), by receipt:");
    new TreeStates(log, context)
        .between(session.occurrences().get(0).event().timeNanos(), session.endNanos())
        .forEach(state -> add(TRACE_ITEM, "%s", state));
  }

  private static String end(FinishedBy finishedBy) {
    return switch (finishedBy) {
      case SETTLED ->
          "settled, and nothing more for trace.settle, or trace.settle.warning after a warning";
      case DELETED -> "the root was deleted, and nothing more for trace.settle";
      case QUIET ->
          "nothing more for trace.inactivity while unsettled, or trace.settle.unknown while silent";
      case FAILING -> "failing when trace.failing had passed since the first event";
      case MAX_DURATION -> "trace.max.duration had passed since the first event";
      case OVERFLOW -> "trace.max.occurrences (beyond the model)";
    };
  }

  private String rootOrigin() {
    List<ObjectSnapshot> seen = context.rootSnapshots();
    return seen.isEmpty()
        ? "never seen (rule 5.6: no change time, generation 0)"
        : "UID %s, %d snapshots, first received %s, last %s"
            .formatted(
                context.root().uid(),
                seen.size(),
                millis(seen.get(0).receiptMillis()),
                millis(seen.get(seen.size() - 1).receiptMillis()));
  }

  private void trace(Trace trace) {
    add(
        SESSION_ITEM,
        "trace %s: %s, generation %d",
        trace.trace().traceId(),
        trace.trace().root().name(),
        trace.generation());
    add(TRACE_ITEM, "%s: %s", trace.outcome() == null ? "activity" : "change", trace.kind());
    context.generations().get(trace.generation()).ifPresent(this::changeTime);
    if (trace.outcome() != null) {
      outcome(trace.outcome());
    }
    trace.members().forEach(this::event);
  }

  private void changeTime(Generation generation) {
    ObjectSnapshot first = generation.first();
    add(
        TRACE_ITEM,
        "change time: %s (rule 5.6), from the snapshot received %s, resourceVersion %s%s",
        time(generation.changeNanos()),
        millis(first.receiptMillis()),
        first.resourceVersion(),
        generation.spec() == null
            ? ", which has no spec second of its own"
            : ", spec second %s of %s (%s)"
                .formatted(
                    time(generation.spec().timeNanos()),
                    generation.spec().manager(),
                    generation.spec().operation()));
  }

  private void outcome(Outcome outcome) {
    add(
        TRACE_ITEM,
        "outcome: %s%s, %s",
        outcome.result().text(),
        outcome.reason().isEmpty() ? "" : " (" + outcome.reason() + ")",
        outcome.rule());
    Outcome.Window window = outcome.window();
    if (window != null) {
      add(
          EVENT_ITEM,
          "window from %s to before %s; %s",
          time(window.fromNanos()),
          time(window.untilNanos()),
          window.last() == null
              ? "no snapshot in it"
              : "last snapshot in it received %s: root %s, other objects %s"
                  .formatted(
                      time(window.last().timeNanos()),
                      TreeStates.word(window.last().root()),
                      window.last().othersUnsettled() ? "unsettled" : "not unsettled"));
    }
  }

  private void event(int index) {
    PlacedOccurrence occurrence = context.session().occurrences().get(index);
    EventOccurrence event = occurrence.event();
    add(TRACE_ITEM, "%s", label(index));
    add(EVENT_ITEM, "time: %s", timeOrigin(event));
    add(EVENT_ITEM, "object: %s", objectOrigin(occurrence));
    owners(occurrence);
    int parent = tree.parent(index);
    add(EVENT_ITEM, "parent: %s%s", tree.rule(index), parent >= 0 ? ": " + label(parent) : "");
    add(
        EVENT_ITEM,
        "generation: %d, %s%s",
        tree.endsIn(index).generation(),
        parent >= 0 ? "of the top of its chain of parents, " : "",
        tree.endsIn(index).rule());
    for (PlacedLink link : occurrence.links()) {
      add(
          EVENT_ITEM,
          "link: '%s' to %s, generation %d (rule 8.1)",
          link.word(),
          name(link.root()),
          link.generation());
    }
  }

  private String label(int index) {
    PlacedOccurrence occurrence = context.session().occurrences().get(index);
    EventOccurrence event = occurrence.event();
    return "%s %s.%s %s%s, Event %s"
        .formatted(
            time(event.timeNanos()),
            event.involved().kind(),
            event.reason(),
            event.involved().name(),
            event.count() > 1 ? " (count " + event.count() + ")" : "",
            event.name());
  }

  private static String timeOrigin(EventOccurrence event) {
    boolean replaced = event.original().nanos() != event.stampNanos();
    long adjusted = event.original().distance(event.timeNanos());
    String how =
        replaced
            ? "a wrong clock or a bound replaces the stamp (rule 4, Event time)"
            : switch (event.stamp()) {
              case FINE -> "the stamp as it is";
              case SECOND -> "a whole-second stamp, refined by the receipt";
              case SECOND_REFINED -> "a whole-second stamp, refined by the name or a finer stamp";
            };
    return "stamp %s, received %s: %s%s"
        .formatted(
            time(event.original().nanos()),
            millis(event.receiptMillis()),
            how,
            adjusted > 0 && event.stamp() != StampPrecision.FINE
                ? ", bounded by the creation of the object or by the receipt"
                : "");
  }

  private static String objectOrigin(PlacedOccurrence occurrence) {
    ObjectIdentity object = occurrence.object();
    if (!object.seen()) {
      return name(object) + ", never seen (rule 3.1: stays as the event names it)";
    }
    return object.uid().equals(occurrence.event().involvedUid())
        ? name(object) + ", the one with the UID of the event (rule 3.1)"
        : name(object)
            + ", UID "
            + object.uid()
            + ": the event has no known UID, the incarnation that was born last (rule 3.1)";
  }

  /** From the object to the root, a line for each step. */
  private void owners(PlacedOccurrence occurrence) {
    ObjectIdentity child = occurrence.object();
    boolean inferred = false;
    for (ObjectIdentity owner : occurrence.owners()) {
      String why;
      if (child.seen()) {
        why = ownership(child, owner, occurrence.event().receiptMillis());
      } else {
        why = "rule 3.2: guessed, '" + occurrence.inferred() + "'";
        inferred = true;
      }
      add(EVENT_ITEM, "owner: %s%s, %s", name(owner), owner.seen() ? "" : " (never seen)", why);
      child = owner;
    }
    add(EVENT_ITEM, "root: %s, %s", name(child), top(child, occurrence, inferred));
  }

  private String ownership(ObjectIdentity child, ObjectIdentity owner, long receiptMillis) {
    return versionOwnedBy(child, receiptMillis)
        .filter(s -> s.owners().stream().anyMatch(o -> o.uid().equals(owner.uid())))
        .map(s -> "rule 3.3: ownerReferences in the snapshot received " + at(s))
        .orElse("rule 3.3: ownerReferences in a snapshot that is no longer kept");
  }

  /** The newest with owners received up to the receipt, else the first in the orphan window. */
  private Optional<ObjectSnapshot> versionOwnedBy(ObjectIdentity child, long receiptMillis) {
    long known = receiptMillis + orphanWindowNanos / Times.MILLI;
    ObjectSnapshot owned = null;
    for (ObjectSnapshot snapshot : log.snapshots()) {
      boolean counts =
          snapshot.uid().equals(child.uid())
              && !snapshot.owners().isEmpty()
              && snapshot.receiptMillis() <= known;
      if (counts && (owned == null || snapshot.receiptMillis() <= receiptMillis)) {
        owned = snapshot;
      }
    }
    return Optional.ofNullable(owned);
  }

  private String top(ObjectIdentity top, PlacedOccurrence occurrence, boolean inferred) {
    if (!top.seen()) {
      return inferred || occurrence.inferred().isEmpty()
          ? "rule 3.4: never seen, so its owner is not known"
          : "rule 3.2: never seen, and no namesake or cause names an owner: '"
              + occurrence.inferred()
              + "'";
    }
    return versionOwnedBy(top, occurrence.event().receiptMillis())
        .map(
            s ->
                "rule 3.4: not climbed into its owner %s %s (a boundary kind, a cycle or another namespace)"
                    .formatted(s.owners().get(0).kind(), s.owners().get(0).name()))
        .orElse("rule 3.4: it had no owner");
  }

  private static String at(ObjectSnapshot snapshot) {
    return millis(snapshot.receiptMillis()) + ", resourceVersion " + snapshot.resourceVersion();
  }

  static String name(ObjectIdentity object) {
    ObjectReference reference = object.reference();
    return reference.kind()
        + " "
        + (reference.namespace().isEmpty() ? "" : reference.namespace() + "/")
        + reference.name();
  }

  private static String millis(long epochMillis) {
    return time(Times.ofMillis(epochMillis));
  }

  /** RFC 3339, or "the end of the log". */
  static String time(long epochNanos) {
    return epochNanos == Times.NEVER
        ? "the end of the log"
        : Instant.ofEpochSecond(0, epochNanos).toString();
  }
}
