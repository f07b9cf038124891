package io.kspan.topology.waterfall;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The lines above the tree: the change, its object, its outcome and facts, and the time axis. */
final class Header {
  private static final String CHANGE = "kspan.change.";

  /** Facts that the line of the root shows already. */
  private static final Set<String> ALSO_IN_TREE = Set.of(CHANGE + "manager", CHANGE + "operation");

  private static final SortedMap<String, String> RELEASE =
      new TreeMap<>(Map.of("delivery", "kspan.delivery.id", "revision", "vcs.ref.head.revision"));

  private static final DateTimeFormatter STARTED =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final ReceivedTrace trace;
  private final ReceivedSpan root;
  private final Columns columns;
  private final WaterfallStyle style;
  private final Glyphs glyphs;

  Header(ReceivedTrace trace, Columns columns, WaterfallStyle style) {
    this.trace = trace;
    this.root = trace.root();
    this.columns = columns;
    this.style = style;
    this.glyphs = style.glyphs();
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(title());
    String changes = changes();
    if (!changes.isEmpty()) {
      lines.add(line().add("  " + changes, TextStyle.PLAIN, columns.end()).toString());
    }
    String release = release();
    if (!release.isEmpty()) {
      lines.add(line().add("  " + release, TextStyle.DIM, columns.end()).toString());
    }
    lines.add(facts());
    lines.add(scale());
    return lines;
  }

  static String count(long n, String what) {
    return n + " " + what + (n == 1 ? "" : "s");
  }

  private String title() {
    String outcome = DisplayText.clean(root.attribute("kspan.outcome"));
    boolean failed = outcome.equals("failed") || (outcome.isEmpty() && root.error());
    String mark = failed ? glyphs.error() : outcome.equals("succeeded") ? glyphs.success() : "";
    TextStyle textStyle =
        failed
            ? TextStyle.BAD_STRONG
            : outcome.equals("succeeded") ? TextStyle.GOOD : TextStyle.PLAIN;
    String reason = failed ? DisplayText.clean(root.attribute("error.type")) : "";
    // The trace lasts until the last of its spans ends, which can be long after the outcome.
    String right =
        (mark + " " + outcome).strip()
            + (reason.isEmpty() ? "" : " (" + reason + ")")
            + (outcome.isEmpty() ? "" : " " + glyphs.dot() + " ")
            + HumanDuration.format(trace.durationNanos());
    right = right.strip();
    int rightWidth = Math.min(DisplayText.width(right), columns.end() / 2);
    int end = columns.end() - rightWidth - 2;
    return line()
        .add(DisplayText.clean(root.name()), TextStyle.STRONG, end)
        .space(2, end)
        .add(DisplayText.clean(root.objectName()), TextStyle.PLAIN, end)
        .to(columns.end() - rightWidth)
        .add(right, textStyle, columns.end())
        .toString();
  }

  private String facts() {
    String between = " " + glyphs.dot() + " ";
    int errors = trace.errors();
    Line line =
        line().add("  " + count(trace.spans().size(), "span"), TextStyle.DIM, columns.end());
    if (errors > 0) {
      line.add(between, TextStyle.DIM, columns.end())
          .add(count(errors, "error"), TextStyle.BAD, columns.end());
    }
    return line.add(
            between + "trace " + DisplayText.clean(trace.traceId()), TextStyle.DIM, columns.end())
        .add(between + started() + " UTC", TextStyle.DIM, columns.end())
        .toString();
  }

  private String started() {
    return STARTED.format(Instant.ofEpochSecond(0, trace.startEpochNanos()));
  }

  private String scale() {
    String total = HumanDuration.format(trace.durationNanos());
    int right = columns.end() - total.length();
    Line line = line().to(columns.bar()).add("0 ", TextStyle.DIM, right);
    return line.add(
            glyphs.rule().repeat(Math.max(0, right - 1 - line.column())), TextStyle.DIM, right)
        .to(right)
        .add(total, TextStyle.DIM, columns.end())
        .toString();
  }

  /** {@code kspan.change.image.web = a -> b} as {@code image.web a → b}. */
  private String changes() {
    List<String> changes = new ArrayList<>();
    for (String key : root.attributes().keySet()) {
      if (key.startsWith(CHANGE) && !ALSO_IN_TREE.contains(key)) {
        String value = DisplayText.clean(root.attribute(key)).replace("->", glyphs.arrow());
        changes.add(DisplayText.clean(key.substring(CHANGE.length())) + " " + value);
      }
    }
    return String.join(", ", changes);
  }

  /** What the change belongs to, for a search in the backend and in the repository. */
  private String release() {
    List<String> release = new ArrayList<>();
    RELEASE.forEach(
        (name, attribute) -> {
          String value = DisplayText.clean(root.attribute(attribute));
          if (!value.isEmpty()) {
            release.add(name + " " + value);
          }
        });
    return String.join(" " + glyphs.dot() + " ", release);
  }

  private Line line() {
    return new Line(style);
  }
}
