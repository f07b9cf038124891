package io.kspan.quickstart.receiver;

import io.kspan.topology.waterfall.HumanDuration;
import io.kspan.topology.waterfall.ReceivedSpan;
import io.kspan.topology.waterfall.ReceivedTrace;
import io.kspan.topology.waterfall.SpanTree;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The web page: self-contained HTML without scripts, light or dark as the browser prefers. */
final class TracePage {
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** Rows of one trace; a browser copes with more, a reader does not. */
  private static final int MAX_ROWS = 2_000;

  private static final String STYLE =
      """
      :root{color-scheme:light dark;--bg:#fff;--fg:#1b1f24;--dim:#68707a;--line:#e4e7eb;\
      --bar:#3b7dd8;--err:#c62f3b;--ok:#1f8a4c}
      @media(prefers-color-scheme:dark){:root{--bg:#14171b;--fg:#e3e6ea;--dim:#8d96a0;\
      --line:#2a2f36;--bar:#5b9cf5;--err:#f0616d;--ok:#4cc07c}}
      body{margin:2rem auto;max-width:78rem;padding:0 1rem;background:var(--bg);color:var(--fg);\
      font:15px/1.5 system-ui,sans-serif}
      a{color:inherit}h1{font-size:1.25rem}small,.dim{color:var(--dim)}
      .error{color:var(--err)}.ok{color:var(--ok)}
      table{border-collapse:collapse;width:100%}td,th{padding:.35rem .6rem;text-align:left;\
      border-bottom:1px solid var(--line)}td.n,th.n{text-align:right;white-space:nowrap}
      .span{display:grid;grid-template-columns:minmax(0,5fr) 12rem 5.5rem minmax(0,4fr);gap:.8rem;\
      border-bottom:1px solid var(--line);padding:.1rem 0}
      .span>*{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}.span .n{text-align:right}
      .axis{position:relative}.bar{position:absolute;top:.3rem;height:.9rem;min-width:2px;\
      border-radius:2px;background:var(--bar)}.bar.error{background:var(--err)}
      """;

  private TracePage() {}

  static String list(List<ReceivedTrace> newestFirst) {
    StringBuilder rows = new StringBuilder();
    newestFirst.forEach(trace -> rows.append(row(trace)));
    String body =
        newestFirst.isEmpty()
            ? "<p class=dim>No trace yet: one appears as soon as a change in the cluster is over."
            : "<table><tr><th>Started<th>Change<th>Object<th>Outcome<th class=n>Duration"
                + "<th class=n>Spans<th class=n>Errors</tr>"
                + rows
                + "</table>";
    return page("<meta http-equiv=refresh content=3>", "<h1>Traces</h1>" + body);
  }

  static String trace(ReceivedTrace trace) {
    SpanTree tree = SpanTree.of(trace);
    StringBuilder rows = new StringBuilder();
    int left = MAX_ROWS;
    for (SpanTree.Row row : tree.rows()) {
      if (left-- == 0) {
        rows.append("<p class=dim>").append(trace.spans().size() - MAX_ROWS).append(" more spans");
        break;
      }
      rows.append(spanRow(row, trace));
    }
    ReceivedSpan root = trace.root();
    return page(
        "",
        "<p><a href='/'>All traces</a><h1>%s <span class=dim>%s</span></h1><p>%s %s · %d spans, %d errors · trace %s"
                .formatted(
                    escape(root.name()),
                    escape(root.objectName()),
                    outcome(root),
                    HumanDuration.format(trace.durationNanos()),
                    trace.spans().size(),
                    trace.errors(),
                    escape(trace.traceId()))
            + rows);
  }

  static String message(String text) {
    return page("", "<p>" + escape(text) + "<p><a href='/'>All traces</a>");
  }

  private static String row(ReceivedTrace trace) {
    ReceivedSpan root = trace.root();
    return "<tr><td>%s<td><a href='/traces/%s'>%s</a><td>%s<td>%s<td class=n>%s<td class=n>%d<td class='n%s'>%d</tr>"
        .formatted(
            CLOCK.format(Instant.ofEpochSecond(0, trace.startEpochNanos())),
            escape(trace.traceId()),
            escape(root.name()),
            escape(root.objectName()),
            outcome(root),
            HumanDuration.format(trace.durationNanos()),
            trace.spans().size(),
            trace.errors() > 0 ? " error" : "",
            trace.errors());
  }

  private static String outcome(ReceivedSpan root) {
    String outcome = root.attribute("kspan.outcome");
    String style = Map.of("succeeded", "ok", "failed", "error").getOrDefault(outcome, "dim");
    return "<span class=" + style + ">" + escape(outcome) + "</span>";
  }

  private static String spanRow(SpanTree.Row row, ReceivedTrace trace) {
    ReceivedSpan span = row.span();
    double total = Math.max(1, trace.durationNanos());
    String style = span.error() ? " error" : "";
    return String.format(
        Locale.ROOT,
        "<div class=span title='%s'><span style='padding-left:%.1frem' class='%s'>%s%s"
            + " <span class=dim>%s</span></span><span class=dim>%s</span><span class=n>%s</span>"
            + "<span class=axis><span class='bar%s' style='left:%.2f%%;width:%.2f%%'></span></span>"
            + "</div>",
        escape(span.message()),
        Math.min(row.depth(), 24) * 1.1,
        style.trim(),
        span.error() ? "✗ " : "",
        escape(span.name()),
        escape(span.objectName()),
        escape(span.component()),
        HumanDuration.format(span.durationNanos()),
        style,
        (span.startEpochNanos() - trace.startEpochNanos()) / total * 100,
        span.durationNanos() / total * 100);
  }

  private static String page(String head, String body) {
    return "<!DOCTYPE html><html lang=en><meta charset=utf-8><title>kspan-streams</title>"
        + "<meta name=viewport content='width=device-width'><style>"
        + STYLE
        + "</style>"
        + head
        + "<body>"
        + body;
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
