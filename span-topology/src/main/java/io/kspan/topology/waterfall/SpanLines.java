package io.kspan.topology.waterfall;

import java.util.ArrayList;
import java.util.List;

/**
 * Draws the lines of the tree of one trace, from the top. For one thread.
 *
 * <p>Only the first of consecutive lines about an object names it, and only the line of the root
 * names the root object, which the header names, too: the others have the room for messages.
 */
final class SpanLines {
  /** The guides take at most this part of the label; deeper levels lose their leftmost guides. */
  private static final int GUIDES_SHARE = 2;

  private final Columns columns;
  private final TimeAxis axis;
  private final WaterfallStyle style;
  private final Glyphs glyphs;
  private final List<String> components = new ArrayList<>();
  private final String rootObject;
  private String objectAbove = "";

  SpanLines(ReceivedTrace trace, Columns columns, TimeAxis axis, WaterfallStyle style) {
    this.columns = columns;
    this.axis = axis;
    this.style = style;
    this.glyphs = style.glyphs();
    this.rootObject = object(trace.root());
    trace.spans().stream().map(ReceivedSpan::component).distinct().forEach(components::add);
  }

  String draw(TreeLine line) {
    Line out = new Line(style);
    out.add(guides(line.guides()), TextStyle.DIM, columns.labelEnd());
    if (line.span() == null) {
      objectAbove = "";
      return omitted(out, line.omitted());
    }
    ReceivedSpan span = line.span();
    label(out, span, line.parent() == null);
    TextStyle textStyle = TextStyle.component(components.indexOf(span.component()));
    if (columns.showsComponent()) {
      String component = DisplayText.clean(span.component());
      out.to(columns.component()).add(component, textStyle, columns.componentEnd());
    }
    String duration = HumanDuration.format(span.durationNanos());
    out.to(columns.durationEnd() - duration.length())
        .add(duration, TextStyle.PLAIN, columns.durationEnd());
    out.to(columns.bar() + axis.offset(span))
        .add(axis.bar(span), span.error() ? TextStyle.BAD : textStyle, columns.end());
    return out.toString();
  }

  private void label(Line out, ReceivedSpan span, boolean root) {
    int end = columns.labelEnd();
    if (span.error()) {
      out.add(glyphs.error(), TextStyle.BAD_STRONG, end).space(1, end);
    }
    TextStyle textStyle = span.error() ? TextStyle.BAD : root ? TextStyle.STRONG : TextStyle.PLAIN;
    out.add(DisplayText.clean(span.name()), textStyle, end);
    String object = object(span);
    if (root || !(object.equals(objectAbove) || object.equals(rootObject))) {
      String name = DisplayText.clean(span.attribute("k8s.object.name"));
      int room = columns.labelEnd() - out.column() - 1;
      detail(out, DisplayText.fitMiddle(name, room, glyphs.ellipsis()), TextStyle.PLAIN);
    }
    objectAbove = object;
    detail(out, span.message(), TextStyle.DIM);
  }

  private static String object(ReceivedSpan span) {
    return span.attribute("k8s.object.kind") + "/" + span.objectName();
  }

  /** Leaves out a text of which only a few letters would fit. */
  private void detail(Line out, String text, TextStyle textStyle) {
    int room = columns.labelEnd() - out.column() - 1;
    String clean = DisplayText.clean(text);
    if (!clean.isEmpty() && room >= Math.min(8, DisplayText.width(clean))) {
      out.space(1, columns.labelEnd()).add(clean, textStyle, columns.labelEnd());
    }
  }

  private String omitted(Line out, List<ReceivedSpan> spans) {
    long errors = spans.stream().filter(ReceivedSpan::error).count();
    out.add(glyphs.ellipsis() + " " + spans.size() + " more", TextStyle.DIM, columns.labelEnd());
    if (errors > 0) {
      out.add(", " + Header.count(errors, "error"), TextStyle.BAD, columns.labelEnd());
    }
    return out.toString();
  }

  private String guides(String guides) {
    int room = columns.labelEnd() / GUIDES_SHARE;
    return guides.length() <= room
        ? guides
        : glyphs.ellipsis() + guides.substring(guides.length() - room + glyphs.ellipsis().length());
  }
}
