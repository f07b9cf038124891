package io.kspan.topology.assemble;

import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.EventOccurrence.StampPrecision;
import io.kspan.topology.model.PlacedOccurrence;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Start and end of every event span of one session (trace-model 6.1 and 6.2).
 *
 * <p>Immutable after construction.
 */
final class Timing {
  private final List<PlacedOccurrence> session;
  private final long[] starts;
  private final long[] ends;
  private final long[] adjustedNanos;

  /**
   * Lays out a session.
   *
   * @param session occurrences by event time
   * @param stateChanges of the objects, up to the end of the session
   */
  Timing(List<PlacedOccurrence> session, Causality causality, StateChanges stateChanges) {
    this.session = session;
    this.starts = new long[session.size()];
    this.ends = new long[session.size()];
    this.adjustedNanos = new long[session.size()];
    List<Integer> childrenFirst = childrenFirst(causality);
    startSpans(causality, childrenFirst);
    endSpans(stateChanges);
    for (int i : childrenFirst) {
      int parent = causality.parent(i);
      if (parent >= 0) {
        ends[parent] = Math.max(ends[parent], ends[i]);
      }
    }
  }

  long start(int index) {
    return starts[index];
  }

  long end(int index) {
    return ends[index];
  }

  /** By how many milliseconds, rounded up, the start lies before the event's own stamp. */
  long adjustedMillis(int index) {
    return (adjustedNanos[index] + Times.MILLI - 1) / Times.MILLI;
  }

  /** An annotated event is the root span: it covers its whole trace. */
  void cover(int root, List<Integer> trace) {
    long first = Times.NEVER;
    for (int i : trace) {
      if (i != root) {
        first = Math.min(first, starts[i]);
        ends[root] = Math.max(ends[root], ends[i]);
      }
    }
    lower(root, first);
  }

  private List<Integer> childrenFirst(Causality causality) {
    int[] depth = new int[session.size()];
    List<Integer> order = new ArrayList<>(session.size());
    for (int i = 0; i < depth.length; i++) {
      order.add(i);
      for (int at = causality.parent(i); at >= 0; at = causality.parent(at)) {
        depth[i]++;
      }
    }
    order.sort(Comparator.comparingInt((Integer i) -> depth[i]).reversed());
    return order;
  }

  private void startSpans(Causality causality, List<Integer> childrenFirst) {
    for (int i = 0; i < starts.length; i++) {
      starts[i] = session.get(i).event().timeNanos();
    }
    for (int i : childrenFirst) {
      int parent = causality.parent(i);
      if (parent >= 0) {
        lower(parent, starts[i]);
      }
    }
  }

  /**
   * A whole-second stamp leaves room within its second; below that, the clocks of two reporters
   * disagree.
   */
  private void lower(int parent, long childStart) {
    EventOccurrence event = session.get(parent).event();
    if (event.stamp() != StampPrecision.FINE && childStart < event.stampNanos()) {
      adjustedNanos[parent] = Math.max(adjustedNanos[parent], event.stampNanos() - childStart);
    }
    starts[parent] = Math.min(starts[parent], childStart);
  }

  private void endSpans(StateChanges stateChanges) {
    Map<String, List<Integer>> byObject = new HashMap<>();
    for (int i = 0; i < starts.length; i++) {
      byObject.computeIfAbsent(session.get(i).object().key(), k -> new ArrayList<>()).add(i);
    }
    for (List<Integer> spans : byObject.values()) {
      spans.sort(Comparator.comparingLong(i -> starts[i]));
      for (int position = 0; position < spans.size(); position++) {
        int span = spans.get(position);
        long next = nextSpan(spans, position);
        long change = stateChanges.nextAfter(session.get(span).object().uid(), starts[span]);
        long end = Math.min(next, change);
        ends[span] = end == Times.NEVER ? starts[span] : end;
      }
    }
  }

  private long nextSpan(List<Integer> spans, int position) {
    int span = spans.get(position);
    String container = Containers.nameIn(session.get(span).event().fieldPath());
    for (int later : spans.subList(position + 1, spans.size())) {
      String other = Containers.nameIn(session.get(later).event().fieldPath());
      boolean sameContainer = container.isEmpty() || other.isEmpty() || container.equals(other);
      if (sameContainer && starts[later] > starts[span]) {
        return starts[later];
      }
    }
    return Times.NEVER;
  }
}
