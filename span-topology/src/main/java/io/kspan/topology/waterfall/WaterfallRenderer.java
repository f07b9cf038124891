package io.kspan.topology.waterfall;

import java.util.ArrayList;
import java.util.List;

/**
 * Draws a trace as lines of text: a header with the change and its outcome, then one line per span
 * with its place in the tree, its component, its duration and its bar on the common time axis.
 *
 * <p>Immutable and thread-safe; the same trace always gives the same lines. Traces with missing
 * parents or cycles are drawn as well as they can be.
 */
public final class WaterfallRenderer {
  private final WaterfallStyle style;

  public WaterfallRenderer(WaterfallStyle style) {
    this.style = style;
  }

  /** The lines, without line ends; none is wider than the style allows. */
  public List<String> render(ReceivedTrace trace) {
    Columns columns = Columns.of(trace, style.width());
    TimeAxis axis = new TimeAxis(trace, columns.end() - columns.bar(), style.glyphs());
    SpanLines spans = new SpanLines(trace, columns, axis, style);
    List<String> lines = new ArrayList<>(new Header(trace, columns, style).lines());
    for (TreeLine line : TreeLine.of(SpanTree.of(trace), style)) {
      lines.add(spans.draw(line));
    }
    return lines;
  }
}
