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
 * Start and end of each event span of one session (trace-model 6). Confined to the thread that
 * builds the traces of the session, since {@link #cover} changes the span of an annotated event.
 */
final class SpanTimes {
  private final List<PlacedOccurrence> session;
  private final long[] starts;
  private final long[] ends;
  private final long[] adjustedNanos;

  /** Lays out a session, whose occurrences are in the order of event time. */
  SpanTimes(List<PlacedOccurrence> session, SpanTree tree, TreeObjects objects) {
    this.session = session;
    this.starts = new long[session.size()];
    this.ends = new long[session.size()];
    this.adjustedNanos = new long[session.size()];
    int[] childrenFirst = childrenFirst(tree);
    startSpans(tree, childrenFirst);
    endSpans(tree, objects);
    // Rule 6.4: children end inside their parents.
    for (int i : childrenFirst) {
      int parent = tree.parent(i);
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

  /** Every span before its parent. */
  private int[] childrenFirst(SpanTree tree) {
    int[] waitingFor = new int[session.size()];
    for (int i = 0; i < waitingFor.length; i++) {
      if (tree.parent(i) >= 0) {
        waitingFor[tree.parent(i)]++;
      }
    }
    int[] order = new int[session.size()];
    int size = 0;
    for (int i = 0; i < waitingFor.length; i++) {
      int at = waitingFor[i] == 0 ? i : SpanTree.ROOT_SPAN;
      while (at >= 0) {
        order[size++] = at;
        // A span is never waited for again once its turn has come.
        waitingFor[at] = -1;
        int parent = tree.parent(at);
        at = parent >= 0 && --waitingFor[parent] == 0 ? parent : SpanTree.ROOT_SPAN;
      }
    }
    return order;
  }

  private void startSpans(SpanTree tree, int[] childrenFirst) {
    for (int i = 0; i < starts.length; i++) {
      starts[i] = session.get(i).event().timeNanos();
    }
    for (int i : childrenFirst) {
      int parent = tree.parent(i);
      if (parent >= 0) {
        lower(parent, starts[i]);
      }
    }
  }

  /**
   * Rule 6.1: a span starts with its first child. A whole-second stamp leaves room within its
   * second; below that, the clocks of two reporters disagree.
   */
  private void lower(int parent, long childStart) {
    EventOccurrence event = session.get(parent).event();
    if (event.stamp() != StampPrecision.FINE && childStart < event.stampNanos()) {
      adjustedNanos[parent] = Math.max(adjustedNanos[parent], event.stampNanos() - childStart);
    }
    starts[parent] = Math.min(starts[parent], childStart);
  }

  private void endSpans(SpanTree tree, TreeObjects objects) {
    for (List<Integer> about : tree.byObject().values()) {
      List<Integer> spans = new ArrayList<>(about);
      spans.sort(Comparator.comparingLong(i -> starts[i]));
      endEach(spans, objects);
    }
  }

  /**
   * Rule 6.2: ends the spans about one object, each at the next start or change of status.
   *
   * @param spans by start
   */
  private void endEach(List<Integer> spans, TreeObjects objects) {
    NextStarts next = new NextStarts();
    int position = spans.size();
    while (position > 0) {
      int after = position;
      long start = starts[spans.get(position - 1)];
      while (position > 0 && starts[spans.get(position - 1)] == start) {
        position--;
        int span = spans.get(position);
        long change = objects.statusChangeAfter(session.get(span).object().uid(), start);
        long end = Math.min(next.after(container(span)), change);
        ends[span] = end == Times.NEVER ? start : end;
      }
      spans.subList(position, after).forEach(span -> next.put(container(span), start));
    }
  }

  private String container(int span) {
    return session.get(span).event().container();
  }

  /** Where the next span about an object starts; filled from the last span to the first. */
  private static final class NextStarts {
    private final Map<String, Long> byContainer = new HashMap<>();
    private long withoutContainer = Times.NEVER;
    private long any = Times.NEVER;

    void put(String container, long start) {
      if (container.isEmpty()) {
        withoutContainer = start;
      } else {
        byContainer.put(container, start);
      }
      any = start;
    }

    /** The next that is about the same container, if both name one. */
    long after(String container) {
      return container.isEmpty()
          ? any
          : Math.min(byContainer.getOrDefault(container, Times.NEVER), withoutContainer);
    }
  }
}
