package io.kspan.topology.waterfall;

/** The time axis of a trace, in cells of one column. */
final class TimeAxis {
  private static final int EIGHTHS = 8;

  private final long startNanos;
  private final double nanosPerCell;
  private final int cells;
  private final Glyphs glyphs;

  TimeAxis(ReceivedTrace trace, int cells, Glyphs glyphs) {
    this.startNanos = trace.startEpochNanos();
    this.nanosPerCell = (double) Math.max(1, trace.durationNanos()) / cells;
    this.cells = cells;
    this.glyphs = glyphs;
  }

  int offset(ReceivedSpan span) {
    return Math.min(cells - 1, (int) position(span.startEpochNanos()));
  }

  /**
   * The bar of {@code span} from its first cell on: at least one glyph, at most what is left of the
   * axis. That of a state is thin: an Event often says the same.
   */
  String bar(ReceivedSpan span) {
    int first = offset(span);
    double from = position(span.startEpochNanos()) - first;
    double to = position(span.startEpochNanos() + span.durationNanos()) - first;
    if (span.isState()) {
      return glyphs.rule().repeat(Math.max(1, Math.min(cells - first, (int) Math.round(to))));
    }
    int whole = (int) Math.min(cells - first, Math.floor(to + 1e-9));
    if (glyphs.partial().isEmpty()) {
      return glyphs.full().repeat(Math.max(1, Math.min(cells - first, (int) Math.round(to))));
    }
    if (whole == 0) {
      return from >= 0.5 ? glyphs.rightHalf() : partial(Math.max(to, 1.0 / EIGHTHS));
    }
    String head = from >= 0.5 ? glyphs.rightHalf() : glyphs.full();
    String tail = whole < cells - first ? partial(to - whole) : "";
    return head + glyphs.full().repeat(whole - 1) + tail;
  }

  private double position(long epochNanos) {
    return (epochNanos - startNanos) / nanosPerCell;
  }

  private String partial(double fraction) {
    int eighths = (int) Math.min(EIGHTHS - 1, Math.round(fraction * EIGHTHS));
    return eighths <= 0 ? "" : glyphs.partial().substring(eighths - 1, eighths);
  }
}
