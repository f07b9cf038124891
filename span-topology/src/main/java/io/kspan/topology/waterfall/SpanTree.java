package io.kspan.topology.waterfall;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who is below whom in a trace, made from whatever arrived: every span is in it exactly once, also
 * when parents are missing or form a cycle (its earliest span is then taken for a root).
 *
 * <p>Immutable. Roots and children are ordered by start, then by span id.
 */
public final class SpanTree {
  private final List<ReceivedSpan> roots;
  private final Map<String, List<ReceivedSpan>> children;

  private SpanTree(List<ReceivedSpan> roots, Map<String, List<ReceivedSpan>> children) {
    this.roots = List.copyOf(roots);
    this.children = children;
  }

  /** The tree of {@code trace}. */
  public static SpanTree of(ReceivedTrace trace) {
    Map<String, ReceivedSpan> byId = new HashMap<>();
    trace.spans().forEach(span -> byId.putIfAbsent(span.spanId(), span));
    Map<String, List<ReceivedSpan>> named = new HashMap<>();
    List<ReceivedSpan> roots = new ArrayList<>();
    for (ReceivedSpan span : trace.spans()) {
      if (byId.get(span.spanId()) != span) {
        continue; // A second span of this id.
      }
      if (byId.containsKey(span.parentSpanId())) {
        named.computeIfAbsent(span.parentSpanId(), id -> new ArrayList<>()).add(span);
      } else {
        roots.add(span);
      }
    }
    return new SpanTree(roots, named).reachable(trace);
  }

  /** The spans at the top, usually one. */
  public List<ReceivedSpan> roots() {
    return roots;
  }

  /** The spans directly below {@code span}. */
  public List<ReceivedSpan> children(ReceivedSpan span) {
    return children.getOrDefault(span.spanId(), List.of());
  }

  /** {@code span} and all below it. */
  public List<ReceivedSpan> subtree(ReceivedSpan span) {
    List<ReceivedSpan> found = new ArrayList<>();
    Deque<ReceivedSpan> open = new ArrayDeque<>();
    open.push(span);
    while (!open.isEmpty()) {
      ReceivedSpan next = open.pop();
      found.add(next);
      children(next).forEach(open::push);
    }
    return found;
  }

  /** All spans, each below its parent, with how far they are from the top. */
  public List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    Deque<Row> open = new ArrayDeque<>();
    pushReversed(open, roots, 0);
    while (!open.isEmpty()) {
      Row row = open.pop();
      rows.add(row);
      pushReversed(open, children(row.span()), row.depth() + 1);
    }
    return rows;
  }

  private static void pushReversed(Deque<Row> open, List<ReceivedSpan> spans, int depth) {
    for (int i = spans.size() - 1; i >= 0; i--) {
      open.push(new Row(spans.get(i), depth));
    }
  }

  /** Visits every span once, from the top; what only a cycle leads to is cut loose as a root. */
  private SpanTree reachable(ReceivedTrace trace) {
    Set<String> seen = new HashSet<>();
    Map<String, List<ReceivedSpan>> kept = new HashMap<>();
    List<ReceivedSpan> tops = new ArrayList<>();
    for (ReceivedSpan root : roots) {
      tops.add(root);
      visit(root, seen, kept);
    }
    for (ReceivedSpan span : trace.spans()) {
      if (!seen.contains(span.spanId())) {
        tops.add(span);
        visit(span, seen, kept);
      }
    }
    return new SpanTree(tops, kept);
  }

  private void visit(ReceivedSpan top, Set<String> seen, Map<String, List<ReceivedSpan>> kept) {
    Deque<ReceivedSpan> open = new ArrayDeque<>();
    seen.add(top.spanId());
    open.push(top);
    while (!open.isEmpty()) {
      ReceivedSpan span = open.pop();
      List<ReceivedSpan> below =
          children(span).stream().filter(child -> seen.add(child.spanId())).toList();
      if (!below.isEmpty()) {
        kept.put(span.spanId(), below);
      }
      below.forEach(open::push);
    }
  }

  /** One line of a drawing: a span, and the number of spans above it. */
  public record Row(ReceivedSpan span, int depth) {}
}
