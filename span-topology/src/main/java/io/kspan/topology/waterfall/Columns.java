package io.kspan.topology.waterfall;

/**
 * The columns of a waterfall. The label takes the width that the others leave; a narrow terminal
 * does not show the component.
 *
 * @param component first column of the component, equal to {@code labelEnd} when it is not shown
 * @param durationEnd where the right-aligned duration ends
 * @param bar first column of the time axis
 */
record Columns(int labelEnd, int component, int componentEnd, int durationEnd, int bar, int end) {
  private static final int COMPONENT_MIN = 7;
  private static final int COMPONENT_MAX = 22;
  private static final int NARROW = 72;
  private static final int GAP = 1;

  static Columns of(ReceivedTrace trace, int width) {
    int bars = Math.min(60, Math.max(8, width * 22 / 100));
    int bar = width - bars;
    int durationEnd = bar - 2 * GAP;
    int componentEnd = durationEnd - durationWidth(trace) - GAP;
    int shown = width < NARROW ? 0 : componentWidth(trace);
    int component = componentEnd - shown;
    return new Columns(component - GAP, component, componentEnd, durationEnd, bar, width);
  }

  boolean showsComponent() {
    return component < componentEnd;
  }

  private static int durationWidth(ReceivedTrace trace) {
    return trace.spans().stream()
        .mapToInt(span -> HumanDuration.format(span.durationNanos()).length())
        .max()
        .orElseThrow();
  }

  private static int componentWidth(ReceivedTrace trace) {
    int longest = COMPONENT_MIN;
    for (ReceivedSpan span : trace.spans()) {
      longest = Math.max(longest, DisplayText.width(DisplayText.clean(span.component())));
    }
    return Math.min(COMPONENT_MAX, longest);
  }
}
