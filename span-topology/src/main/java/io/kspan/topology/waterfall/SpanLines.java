package io.kspan.topology.waterfall;

import java.util.ArrayList;
import java.util.List;

/**
 * Draws the lines of the tree of one trace, from the top: an object is named on the first of
 * consecutive lines about it, and the root object, which the header names, on its own line only;
 * the others have the room for what was said. One thread only.
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

  SpanLines(
      ReceivedTrace trace, Columns columns, TimeAxis axis, WaterfallStyle style, Glyphs glyphs) {
    this.columns = columns;
    this.axis = axis;
    this.style = style;
    this.glyphs = glyphs;
    this.rootObject = object(trace.root());
    trace.spans().stream().map(ReceivedSpan::component).distinct().forEach(components::add);
  }

  String draw(TreeLine line) {
    Line out = new Line(style, glyphs);
    out.add(guides(line.guides()), Paint.DIM, columns.labelEnd());
    if (line.span() == null) {
      objectAbove = "";
      return omitted(out, line.omitted());
    }
    ReceivedSpan span = line.span();
    label(out, span, line.parent() == null);
    Paint paint = Paint.component(components.indexOf(span.component()));
    if (columns.showsComponent()) {
      String component = DisplayText.clean(span.component());
      out.to(columns.component()).add(component, paint, columns.componentEnd());
    }
    String duration = HumanDuration.format(span.durationNanos());
    out.to(columns.durationEnd() - duration.length())
        .add(duration, Paint.PLAIN, columns.durationEnd());
    out.to(columns.bar() + axis.offset(span))
        .add(axis.bar(span), span.error() ? Paint.BAD : paint, columns.end());
    return out.toString();
  }

  private void label(Line out, ReceivedSpan span, boolean root) {
    int end = columns.labelEnd();
    if (span.error()) {
      out.add(glyphs.error(), Paint.BAD_STRONG, end).space(1, end);
    }
    Paint paint = span.error() ? Paint.BAD : root ? Paint.STRONG : Paint.PLAIN;
    out.add(DisplayText.clean(span.name()), paint, end);
    String object = object(span);
    if (root || !(object.equals(objectAbove) || object.equals(rootObject))) {
      String name = DisplayText.clean(span.attribute("k8s.object.name"));
      int room = columns.labelEnd() - out.column() - 1;
      detail(out, DisplayText.fitMiddle(name, room, glyphs.ellipsis()), Paint.PLAIN);
    }
    objectAbove = object;
    detail(out, span.message(), Paint.DIM);
  }

  private static String object(ReceivedSpan span) {
    return span.attribute("k8s.object.kind") + "/" + span.objectName();
  }

  /** Only what says something: a stump of three letters is noise. */
  private void detail(Line out, String text, Paint paint) {
    int room = columns.labelEnd() - out.column() - 1;
    String clean = DisplayText.clean(text);
    if (!clean.isEmpty() && room >= Math.min(8, DisplayText.width(clean))) {
      out.space(1, columns.labelEnd()).add(clean, paint, columns.labelEnd());
    }
  }

  private String omitted(Line out, List<ReceivedSpan> spans) {
    long errors = spans.stream().filter(ReceivedSpan::error).count();
    out.add(glyphs.ellipsis() + " " + spans.size() + " more", Paint.DIM, columns.labelEnd());
    if (errors > 0) {
      out.add(", " + Header.count(errors, "error"), Paint.BAD, columns.labelEnd());
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
