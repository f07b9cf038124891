package io.kspan.topology.waterfall;

import static java.util.stream.Collectors.groupingBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The spans of a trace by parent. Every span is in it once, also when parents are missing or form a
 * cycle, of which the earliest span then counts as a root. Immutable.
 *
 * <p>Roots and children are ordered by start, then by span id.
 */
public final class SpanTree {
  private final List<ReceivedSpan> roots = new ArrayList<>();
  private final Map<String, List<ReceivedSpan>> children = new HashMap<>();

  private SpanTree() {}

  /** The tree of {@code trace}. */
  public static SpanTree of(ReceivedTrace trace) {
    // Of several spans with one id the first counts.
    Map<String, ReceivedSpan> byId = new LinkedHashMap<>();
    trace.spans().forEach(span -> byId.putIfAbsent(span.spanId(), span));
    Map<String, List<ReceivedSpan>> byParent =
        byId.values().stream().collect(groupingBy(ReceivedSpan::parentSpanId));
    SpanTree tree = new SpanTree();
    Set<String> visited = new HashSet<>();
    byId.values().stream()
        .filter(span -> !byId.containsKey(span.parentSpanId()))
        .forEach(span -> tree.addRoot(span, byParent, visited));
    // What is left can be reached from no root, but from a cycle.
    byId.values().stream()
        .filter(span -> !visited.contains(span.spanId()))
        .forEach(span -> tree.addRoot(span, byParent, visited));
    return tree;
  }

  /** The spans at the top, usually one. */
  public List<ReceivedSpan> roots() {
    return Collections.unmodifiableList(roots);
  }

  /** The spans directly below {@code span}. */
  public List<ReceivedSpan> children(ReceivedSpan span) {
    return children.getOrDefault(span.spanId(), List.of());
  }

  /** All spans, each below its parent, with the number of spans above it. */
  public List<Row> rows() {
    return rows(roots);
  }

  List<Row> rows(List<ReceivedSpan> tops) {
    List<Row> rows = new ArrayList<>();
    // A stack instead of recursion: a trace may be deeper than the thread's stack.
    Deque<Row> open = new ArrayDeque<>();
    pushReversed(open, tops, 0);
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

  private void addRoot(
      ReceivedSpan root, Map<String, List<ReceivedSpan>> byParent, Set<String> visited) {
    roots.add(root);
    visited.add(root.spanId());
    Deque<ReceivedSpan> open = new ArrayDeque<>(List.of(root));
    while (!open.isEmpty()) {
      ReceivedSpan span = open.pop();
      List<ReceivedSpan> below =
          byParent.getOrDefault(span.spanId(), List.of()).stream()
              .filter(child -> visited.add(child.spanId()))
              .toList();
      children.put(span.spanId(), below);
      below.forEach(open::push);
    }
  }

  /** One line of a drawing: a span, and the number of spans above it. */
  public record Row(ReceivedSpan span, int depth) {}
}
