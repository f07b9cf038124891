package io.kspan.topology.history;

import io.kspan.topology.assemble.Sessions;
import io.kspan.topology.gather.SessionOutput;
import io.kspan.topology.model.FinishedSpan;
import io.kspan.topology.model.FinishedTrace;
import io.kspan.topology.model.PlacedOccurrence;
import io.kspan.topology.model.RootLog;
import io.kspan.topology.model.WrittenGenerations;
import io.kspan.topology.wire.RootKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;

/**
 * Shows the traces of a range of time, and marks those that it cuts: whose root span reaches beyond
 * it, or that could look different to whoever had read everything.
 *
 * <p>Thread-safe; the sessions of one root come in order, on one thread at a time.
 */
final class RangeOutput implements SessionOutput {
  /** On the root span of a trace that the range of a replay cuts. */
  static final String CUT = "kspan.replay.cut";

  private final ReplayRange range;
  private final Extract extract;
  private final long maxDurationNanos;
  private final EarlierChanges earlier;
  private final Predicate<FinishedTrace> sampling;
  private final LongAdder cut = new LongAdder();
  // Session time of the last occurrence of roots that have not rested since before what is read.
  private final Map<String, Long> unrested = new ConcurrentHashMap<>();

  /**
   * What is shown of an extract.
   *
   * @param maxDurationNanos {@code trace.max.duration}: no session is longer
   * @param earlier what was written before it
   * @param sampling which traces are written at all
   */
  RangeOutput(
      ReplayRange range,
      Extract extract,
      long maxDurationNanos,
      EarlierChanges earlier,
      Predicate<FinishedTrace> sampling) {
    this.range = range;
    this.extract = extract;
    this.maxDurationNanos = maxDurationNanos;
    this.earlier = earlier;
    this.sampling = sampling;
  }

  /** How many traces were marked. */
  long cut() {
    return cut.sum();
  }

  @Override
  public WrittenGenerations written(RootLog log, WrittenGenerations written) {
    return earlier.and(log, written);
  }

  @Override
  public List<FinishedTrace> of(
      RootLog log, long closedUntilNanos, Sessions.Closed closed, List<FinishedTrace> traces) {
    boolean rested = hasRested(log, closedUntilNanos, closed);
    boolean finished = closed.knownUntilNanos() <= ReplayRange.nanos(extract.completeUntilMillis());
    if (!range.isRootWanted(log.root().reference())) {
      return List.of();
    }
    List<FinishedTrace> shown = new ArrayList<>();
    for (FinishedTrace trace : traces) {
      FinishedSpan root = trace.root();
      if (range.touches(root) && sampling.test(trace)) {
        boolean start = !rested || range.startsBefore(root);
        boolean end = !finished || range.endsAfter(root);
        shown.add(start || end ? marked(trace, start, end) : trace);
      }
    }
    return shown;
  }

  /**
   * Whether the session begins where it does for whoever has read everything. No session is longer
   * than the maximum, so one that begins that long after the last occurrence that is known, or that
   * may have been, begins with its own first occurrence. From there on all follow.
   */
  private boolean hasRested(RootLog log, long closedUntilNanos, Sessions.Closed closed) {
    if (extract.completeFromMillis() == Long.MIN_VALUE) {
      return true;
    }
    String key = RootKeys.of(log.cluster().name(), log.root().key());
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    for (PlacedOccurrence occurrence : closed.session().occurrences()) {
      long time = Sessions.sessionTime(occurrence.event(), closedUntilNanos);
      first = Math.min(first, time);
      last = Math.max(last, time);
    }
    Long before =
        closedUntilNanos == Long.MIN_VALUE
            ? Long.valueOf(ReplayRange.nanos(extract.completeFromMillis()))
            : unrested.get(key);
    boolean rested = before == null || first - before >= maxDurationNanos;
    if (rested) {
      unrested.remove(key);
    } else {
      unrested.put(key, last);
    }
    return rested;
  }

  private FinishedTrace marked(FinishedTrace trace, boolean start, boolean end) {
    cut.increment();
    FinishedSpan root = trace.root();
    SortedMap<String, Object> attributes = new TreeMap<>(root.attributes());
    attributes.put(CUT, start && end ? "both" : start ? "start" : "end");
    List<FinishedSpan> spans = new ArrayList<>(trace.spans());
    spans.set(
        0,
        new FinishedSpan(
            root.spanId(),
            root.parentSpanId(),
            root.name(),
            root.startEpochNanos(),
            root.endEpochNanos(),
            attributes,
            root.error(),
            root.errorDescription(),
            root.links(),
            root.resource()));
    return new FinishedTrace(trace.traceId(), spans);
  }
}
