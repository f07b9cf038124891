package io.kspan.topology.waterfall;

/** Builds one line: knows its column, cuts text that does not fit, colours text if wanted. */
final class Line {
  private final StringBuilder text = new StringBuilder();
  private final WaterfallStyle style;
  private final String ellipsis;
  private int column;
  private int pending;

  Line(WaterfallStyle style) {
    this.style = style;
    this.ellipsis = style.glyphs().ellipsis();
  }

  /** Appends {@code part}, cut so that the line ends at column {@code limit} at the latest. */
  Line add(String part, TextStyle textStyle, int limit) {
    String drawable = style.unicode() ? part : DisplayText.ascii(part);
    String fitting = DisplayText.fit(drawable, limit - column, ellipsis);
    if (!fitting.isEmpty()) {
      text.append(" ".repeat(pending)).append(style.color() ? textStyle.on(fitting) : fitting);
      pending = 0;
      column += DisplayText.width(fitting);
    }
    return this;
  }

  /** Moves right to {@code target}; blanks at the end of a line are never written. */
  Line to(int target) {
    if (target > column) {
      pending += target - column;
      column = target;
    }
    return this;
  }

  Line space(int columns, int limit) {
    return to(Math.min(limit, column + columns));
  }

  int column() {
    return column;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
