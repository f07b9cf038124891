package io.kspan.topology.waterfall;

/**
 * Settings of a drawing. Immutable.
 *
 * @param width columns that no line exceeds, at least {@value #MIN_WIDTH}
 * @param color whether to use ANSI colours; for terminals only
 * @param unicode whether to draw with box and block characters instead of plain ASCII
 * @param maxChildren spans shown below one parent before the rest is only counted
 */
public record WaterfallStyle(int width, boolean color, boolean unicode, int maxChildren) {
  public static final int MIN_WIDTH = 40;

  /** 100 columns, Unicode without colours: for files and documents. */
  public static final WaterfallStyle PLAIN = new WaterfallStyle(100, false, true, 40);

  public WaterfallStyle {
    if (width < MIN_WIDTH) {
      throw new IllegalArgumentException(
          "a waterfall needs " + MIN_WIDTH + " columns, not " + width);
    }
    if (maxChildren < 1) {
      throw new IllegalArgumentException("maxChildren must be positive, not " + maxChildren);
    }
  }

  Glyphs glyphs() {
    return unicode ? Glyphs.UNICODE : Glyphs.ASCII;
  }
}
