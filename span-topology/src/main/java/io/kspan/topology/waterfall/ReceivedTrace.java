package io.kspan.topology.waterfall;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The spans of one trace that have arrived so far. Immutable.
 *
 * @param traceId 32 lower-case hex digits
 * @param spans never empty, ordered by start, then by span id
 */
public record ReceivedTrace(String traceId, List<ReceivedSpan> spans) {

  private static final Comparator<ReceivedSpan> BY_START =
      Comparator.comparingLong(ReceivedSpan::startEpochNanos).thenComparing(ReceivedSpan::spanId);

  public ReceivedTrace {
    if (spans.isEmpty()) {
      throw new IllegalArgumentException("trace " + traceId + " has no span");
    }
    List<ReceivedSpan> sorted = new ArrayList<>(spans);
    sorted.sort(BY_START);
    spans = List.copyOf(sorted);
  }

  /**
   * The span without parent; failing that the earliest whose parent is not here (a trace may hang
   * below a span of another program), failing that the earliest.
   */
  public ReceivedSpan root() {
    ReceivedSpan orphan = null;
    Set<String> known = ids();
    for (ReceivedSpan span : spans) {
      if (span.parentSpanId().isEmpty()) {
        return span;
      }
      if (orphan == null && !known.contains(span.parentSpanId())) {
        orphan = span;
      }
    }
    return orphan == null ? spans.get(0) : orphan;
  }

  /** Whether there is a span without parent and every parent has arrived. */
  public boolean connected() {
    Set<String> known = ids();
    boolean rooted = false;
    for (ReceivedSpan span : spans) {
      boolean root = span.parentSpanId().isEmpty();
      rooted |= root;
      if (!root && !known.contains(span.parentSpanId())) {
        return false;
      }
    }
    return rooted;
  }

  /** Start of the earliest span. */
  public long startEpochNanos() {
    return spans.get(0).startEpochNanos();
  }

  /** End of the latest span, not before the start. */
  public long endEpochNanos() {
    return spans.stream()
        .mapToLong(span -> span.startEpochNanos() + span.durationNanos())
        .max()
        .orElseThrow();
  }

  /** From the start of the earliest to the end of the latest span. */
  public long durationNanos() {
    return Math.max(0, endEpochNanos() - startEpochNanos());
  }

  /** How many spans report an error. */
  public int errors() {
    return (int) spans.stream().filter(ReceivedSpan::error).count();
  }

  private Set<String> ids() {
    Set<String> ids = new HashSet<>();
    spans.forEach(span -> ids.add(span.spanId()));
    return ids;
  }
}
