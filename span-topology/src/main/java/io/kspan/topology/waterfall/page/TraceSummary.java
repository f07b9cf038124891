package io.kspan.topology.waterfall.page;

import io.kspan.topology.waterfall.ReceivedSpan;
import io.kspan.topology.waterfall.ReceivedTrace;
import io.kspan.topology.waterfall.SpanTree;
import java.util.Comparator;
import java.util.List;

/**
 * What the list, its filters, links between traces and the page of an incident show of a trace, so
 * that a page needs the spans of those traces only that are opened. Immutable.
 *
 * @param durationNanos from the start of the earliest to the end of the latest span
 * @param root as {@link ReceivedTrace#root()}
 * @param open whether it is not finished: its root is provisional
 * @param spans how many there are
 * @param errors how many of them report an error
 * @param components the reporters, in the order of the tree
 * @param about what it is about if nothing changed: the message of its first Event
 * @param links the first of its links, by span
 * @param failures the first of its spans that report an error, by time
 * @param nodes the first of the nodes that its spans name, by name
 */
record TraceSummary(
    String traceId,
    long startEpochNanos,
    long durationNanos,
    String cluster,
    ReceivedSpan root,
    boolean open,
    int spans,
    int errors,
    List<String> components,
    String about,
    List<Linked> links,
    List<ReceivedSpan> failures,
    List<String> nodes) {

  private static final int MAX_LINKS = 50;
  private static final int MAX_FAILURES = 10;
  private static final int MAX_NODES = 20;

  /** A link with the span that has it. */
  record Linked(ReceivedSpan span, ReceivedSpan.Link link) {}

  static TraceSummary of(ReceivedTrace trace) {
    return of(trace, SpanTree.of(trace).rows());
  }

  /** The same with the rows of its tree. */
  static TraceSummary of(ReceivedTrace trace, List<SpanTree.Row> rows) {
    List<ReceivedSpan> spans = rows.stream().map(SpanTree.Row::span).toList();
    // Not in the tree if another span has the same id.
    ReceivedSpan root = spans.get(Math.max(0, spans.indexOf(trace.root())));
    return new TraceSummary(
        trace.traceId(),
        trace.startEpochNanos(),
        trace.durationNanos(),
        root.resource().text("k8s.cluster.name"),
        root,
        root.isProvisional(),
        spans.size(),
        (int) spans.stream().filter(ReceivedSpan::error).count(),
        spans.stream().map(ReceivedSpan::component).distinct().toList(),
        spans.stream()
            .filter(span -> span != root && !span.isState())
            .findFirst()
            .orElse(root)
            .message(),
        spans.stream()
            .flatMap(span -> span.links().stream().map(link -> new Linked(span, link)))
            .limit(MAX_LINKS)
            .toList(),
        spans.stream()
            .filter(ReceivedSpan::error)
            .sorted(
                Comparator.comparingLong(TraceSummary::failedEpochNanos)
                    .thenComparing(ReceivedSpan::spanId))
            .limit(MAX_FAILURES)
            .toList(),
        spans.stream()
            .map(TraceSummary::node)
            .filter(node -> !node.isEmpty())
            .distinct()
            .sorted()
            .limit(MAX_NODES)
            .toList());
  }

  /**
   * When a span failed: an Event when it happened; a change, or the run of a container, at its end.
   */
  static long failedEpochNanos(ReceivedSpan span) {
    boolean lasts =
        span.attribute("kspan.origin").equals("change")
            || !span.attribute("kspan.state.exit_code").isEmpty();
    return span.startEpochNanos() + (lasts ? span.durationNanos() : 0);
  }

  /** The node that a span is about, empty if it names none. */
  static String node(ReceivedSpan span) {
    return span.attribute("k8s.node.name");
  }
}
