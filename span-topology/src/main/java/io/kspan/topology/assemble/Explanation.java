package io.kspan.topology.assemble;

import io.kspan.topology.assemble.Generations.Generation;
import io.kspan.topology.assemble.Session.FinishedBy;
import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.EventOccurrence.StampPrecision;
import io.kspan.topology.model.FinishedTrace;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectReference;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.ObjectState;
import io.kspan.topology.model.PlacedLink;
import io.kspan.topology.model.PlacedOccurrence;
import io.kspan.topology.model.RootLog;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.LongStream;

/**
 * Says why the traces of one session are what they are: which rule decided the root, the parent,
 * the generation, the end of the session and the outcome, and from which records.
 *
 * <p>Parents, generations, kinds of traces, outcomes and ends are what the rules returned when the
 * session was assembled; states of objects and the snapshots behind owners are looked up in the log
 * again. Costs nothing until it is asked for its lines.
 */
public final class Explanation {
  private static final int SESSION_ITEM = 2;
  private static final int TRACE_ITEM = 4;
  private static final int EVENT_ITEM = 6;
  private static final int MOST_MESSAGE = 80;

  private final RootLog log;
  private final SessionContext context;
  private final SpanTree tree;
  private final List<Trace> traces;
  private final TraceSettings settings;
  private final OwnerExplanation owners;
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
      TraceSettings settings) {
    this.log = log;
    this.context = context;
    this.tree = tree;
    this.traces = traces;
    this.settings = settings;
    this.owners = new OwnerExplanation(log, settings.orphanWindowNanos());
  }

  /** The root of the tree. */
  public ObjectReference root() {
    return context.root().reference();
  }

  /** API version of the root, empty if it is not known. */
  public String apiVersion() {
    return context.root().apiVersion();
  }

  /**
   * Why the session is not over: the state of its tree, and what would end it if nothing more
   * happened.
   */
  public String openReason() {
    StateTimeline.States states = states();
    return "%s; if nothing more happens it is over %s"
        .formatted(new TreeStates(log, context).newest(states), end(context.session()));
  }

  /** Whether {@code prefix} is the beginning of the id of one of the traces. */
  public boolean has(String prefix) {
    return traces.stream().anyMatch(t -> t.trace().traceId().startsWith(prefix));
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
    add(0, "session of %s, %s", name(context.root()), context.root().key());
    add(SESSION_ITEM, "root: %s", rootOrigin());
    add(
        SESSION_ITEM,
        "starts at %s, ends at %s as '%s', rule 5.2: %s",
        time(startNanos()),
        time(session.endNanos()),
        session.finishedBy().text(),
        end(session));
    add(SESSION_ITEM, "decided from what was received up to %s", time(session.closingNanos()));
    add(SESSION_ITEM, "state of the tree (rules 5.3, 5.4), by receipt:");
    new TreeStates(log, context)
        .between(startNanos(), session.endNanos(), states())
        .forEach(state -> add(TRACE_ITEM, "%s", state));
  }

  private LongStream sessionTimes(Predicate<EventOccurrence> which) {
    return context.session().occurrences().stream()
        .map(PlacedOccurrence::event)
        .filter(which)
        .mapToLong(event -> Sessions.sessionTime(event, Long.MIN_VALUE));
  }

  /** When the session starts, in nanoseconds since 1970. */
  public long startNanos() {
    return sessionTimes(event -> true).min().orElseThrow();
  }

  private StateTimeline.States states() {
    long latestReceipt =
        context.session().occurrences().stream()
            .mapToLong(o -> Times.ofMillis(o.event().receiptMillis()))
            .max()
            .orElseThrow();
    return context.timeline().states(Times.plus(latestReceipt, settings.orphanWindowNanos()));
  }

  private String end(Session session) {
    return switch (session.finishedBy()) {
      case SETTLED, DELETED, QUIET -> quietEnd(session);
      case FAILING -> "failing at trace.failing.ms after the start, or later";
      case MAX_DURATION -> "trace.max.duration.ms after the start";
      case OVERFLOW -> "one event more than trace.max.occurrences follows";
    };
  }

  /** Which wait ended the session, and since when it ran. */
  private String quietEnd(Session session) {
    long last = sessionTimes(event -> true).max().orElseThrow();
    long warning = sessionTimes(EventOccurrence::isWarning).max().orElse(Long.MIN_VALUE);
    StateTimeline.StateChange change = states().at(Math.max(last, session.endNanos() - 1));
    long quietFrom = Math.max(last, change.timeNanos());
    String since =
        "%s after the last %s at %s, "
            .formatted(
                seconds(session.endNanos() - quietFrom),
                quietFrom == last ? "event" : "change of state",
                time(quietFrom));
    if (session.finishedBy() == FinishedBy.QUIET) {
      return since
          + (change.state() == ObjectState.SILENT
              ? "trace.settle.unknown.ms: the tree is silent"
              : "trace.inactivity.ms: the tree is unsettled");
    }
    boolean warned =
        warning != Long.MIN_VALUE && session.endNanos() - quietFrom > settings.settleNanos();
    return warned
        ? "%s after the last warning at %s, trace.settle.warning.ms"
            .formatted(seconds(session.endNanos() - warning), time(warning))
        : since + "trace.settle.ms";
  }

  private static String seconds(long nanos) {
    return nanos % Times.SECOND == 0
        ? nanos / Times.SECOND + " s"
        : nanos / (double) Times.SECOND + " s";
  }

  private String rootOrigin() {
    List<ObjectSnapshot> seen = context.rootSnapshots();
    return seen.isEmpty()
        ? "never seen (rule 5.6: no change time, generation 0)"
        : "%d snapshot(s), first received %s, last %s"
            .formatted(
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
          "window: receipts from %s on, before %s (%s); %s",
          time(window.fromNanos()),
          time(window.untilNanos()),
          window.endedBy(),
          window.last() == null
              ? "nothing received in it"
              : "last receipt in it %s: root %s, other objects %s"
                  .formatted(
                      time(window.last().timeNanos()),
                      TreeStates.word(window.last().root()),
                      window.last().othersUnsettled() ? "unsettled" : "settled or silent"));
    }
  }

  private void event(int index) {
    PlacedOccurrence occurrence = context.session().occurrences().get(index);
    EventOccurrence event = occurrence.event();
    add(TRACE_ITEM, "%s", label(index));
    add(EVENT_ITEM, "time: %s", timeOrigin(event));
    owners.of(occurrence).forEach(line -> add(EVENT_ITEM, "%s", line));
    int parent = tree.parent(index);
    ParentRules.Parent decision = tree.decision(index);
    add(
        EVENT_ITEM,
        "parent: %s%s%s",
        decision.rule(),
        parent >= 0 ? ": " + label(parent) : "",
        decision.refused() >= 0 ? "; it is " + label(decision.refused()) : "");
    add(
        EVENT_ITEM,
        "generation: %d, %s%s",
        tree.endsIn(index).generation(),
        parent >= 0 ? "that of the first event of its chain of parents, " : "",
        tree.endsIn(index).rule());
    for (PlacedLink link : occurrence.links()) {
      add(
          EVENT_ITEM,
          "link: '%s' to trace %s, the change of %s, generation %d (rule 8)",
          link.word(),
          Ids.change(link.root(), link.generation()).traceId(),
          name(link.root()),
          link.generation());
    }
  }

  private String label(int index) {
    PlacedOccurrence occurrence = context.session().occurrences().get(index);
    EventOccurrence event = occurrence.event();
    return "%s %s%s.%s %s%s \"%s\", Event %s"
        .formatted(
            time(event.timeNanos()),
            event.isWarning() ? "warning " : "",
            event.involved().kind(),
            event.reason(),
            event.involved().name(),
            event.count() > 1 ? " (count " + event.count() + ")" : "",
            cut(event.message()),
            event.name());
  }

  private static String cut(String message) {
    return message.length() <= MOST_MESSAGE ? message : message.substring(0, MOST_MESSAGE) + "...";
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

  static String name(ObjectIdentity object) {
    ObjectReference reference = object.reference();
    return reference.kind()
        + " "
        + (reference.namespace().isEmpty() ? "" : reference.namespace() + "/")
        + reference.name();
  }

  static String millis(long epochMillis) {
    return time(Times.ofMillis(epochMillis));
  }

  /** RFC 3339, or "the end of the log". */
  static String time(long epochNanos) {
    return epochNanos == Times.NEVER
        ? "the end of the log"
        : Instant.ofEpochSecond(0, epochNanos).toString();
  }
}
