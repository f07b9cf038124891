package io.kspan.topology.history;

import io.kspan.topology.assemble.Assembler.Assembled;
import io.kspan.topology.assemble.Explanation;
import io.kspan.topology.assemble.Session;
import io.kspan.topology.assemble.Sessions;
import io.kspan.topology.gather.SessionOutput;
import io.kspan.topology.model.Attributes;
import io.kspan.topology.model.FinishedSpan;
import io.kspan.topology.model.FinishedTrace;
import io.kspan.topology.model.PlacedOccurrence;
import io.kspan.topology.model.RootLog;
import io.kspan.topology.model.WrittenGenerations;
import io.kspan.topology.wire.RootKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Writes the traces that touch the range of a replay. It marks a trace whose root span reaches
 * beyond the range, and one that could differ from the live trace because not all records are read.
 *
 * <p>Thread-safe; gather calls it for the sessions of one root in order, on one thread at a time.
 */
final class RangeOutput implements SessionOutput {
  /** Attribute of the root span of a marked trace. */
  static final String CUT = "kspan.replay.cut";

  private final ReplayRange range;
  private final OffsetRange offsets;
  private final long maxDurationNanos;
  private final EarlierChanges earlier;
  private final Predicate<FinishedTrace> sampling;
  private final Consumer<Explanation> explanations;
  private final LongAdder cut = new LongAdder();
  // Session time of the last occurrence of each root whose first session may be cut.
  private final Map<String, Long> lastOccurrences = new ConcurrentHashMap<>();

  /**
   * Writes the traces that {@code sampling} accepts; no session is longer than {@code
   * maxDurationNanos}. {@code explanations} receives those of the sessions of which something is
   * written.
   */
  RangeOutput(
      ReplayRange range,
      OffsetRange offsets,
      long maxDurationNanos,
      EarlierChanges earlier,
      Predicate<FinishedTrace> sampling,
      Consumer<Explanation> explanations) {
    this.range = range;
    this.offsets = offsets;
    this.maxDurationNanos = maxDurationNanos;
    this.earlier = earlier;
    this.sampling = sampling;
    this.explanations = explanations;
  }

  long cut() {
    return cut.sum();
  }

  @Override
  public WrittenGenerations written(RootLog log, WrittenGenerations written) {
    return earlier.addTo(written, log);
  }

  @Override
  public List<FinishedTrace> of(
      RootLog log, long closedUntilNanos, Session session, Assembled assembled) {
    boolean beginsAsLive = beginsAsLive(log, closedUntilNanos, session);
    boolean finished = session.closingNanos() <= ReplayRange.nanos(offsets.completeUntilMillis());
    if (!range.includesRoot(log.root().reference())) {
      return List.of();
    }
    List<FinishedTrace> written = new ArrayList<>();
    for (FinishedTrace trace : assembled.traces()) {
      FinishedSpan root = trace.root();
      if (range.touches(root) && sampling.test(trace)) {
        boolean start = !beginsAsLive || range.startsBefore(root);
        boolean end = !finished || range.endsAfter(root);
        written.add(start || end ? marked(trace, start, end) : trace);
      }
    }
    if (!written.isEmpty()) {
      explanations.accept(assembled.explanation());
    }
    return written;
  }

  /**
   * Whether the session begins where the live one does. An occurrence that comes {@code
   * trace.max.duration} after the last one that is known, or that may not have been read, begins a
   * session in any case, and all later sessions of the root then begin as live.
   */
  private boolean beginsAsLive(RootLog log, long closedUntilNanos, Session session) {
    if (offsets.completeFromMillis() == Long.MIN_VALUE) {
      return true;
    }
    String key = RootKeys.of(log.cluster().name(), log.root().key());
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    for (PlacedOccurrence occurrence : session.occurrences()) {
      long time = Sessions.sessionTime(occurrence.event(), closedUntilNanos);
      first = Math.min(first, time);
      last = Math.max(last, time);
    }
    Long before =
        closedUntilNanos == Long.MIN_VALUE
            ? Long.valueOf(ReplayRange.nanos(offsets.completeFromMillis()))
            : lastOccurrences.get(key);
    if (before == null || first - before >= maxDurationNanos) {
      lastOccurrences.remove(key);
      return true;
    }
    lastOccurrences.put(key, last);
    return false;
  }

  private FinishedTrace marked(FinishedTrace trace, boolean start, boolean end) {
    cut.increment();
    FinishedSpan root = trace.root();
    Attributes attributes =
        root.attributes().toBuilder()
            .put(CUT, start && end ? "both" : start ? "start" : "end")
            .build();
    List<FinishedSpan> spans = new ArrayList<>(trace.spans());
    spans.set(0, root.withAttributes(attributes));
    return new FinishedTrace(trace.traceId(), spans, trace.parent());
  }
}
