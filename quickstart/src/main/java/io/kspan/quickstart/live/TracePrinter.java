package io.kspan.quickstart.live;

import io.kspan.quickstart.process.Console;
import io.kspan.topology.waterfall.ReceivedTrace;
import io.kspan.topology.waterfall.WaterfallRenderer;
import io.kspan.topology.waterfall.WaterfallStyle;

/** Prints traces as waterfalls. Thread-safe. */
public final class TracePrinter {

  private final Console console;
  private final WaterfallRenderer renderer;

  public TracePrinter(Console console) {
    this.console = console;
    int width = Math.max(console.width(), WaterfallStyle.MIN_WIDTH);
    this.renderer =
        new WaterfallRenderer(
            new WaterfallStyle(width, console.colour(), true, WaterfallStyle.PLAIN.maxChildren()));
  }

  public void print(ReceivedTrace trace) {
    console.result("\n" + String.join("\n", renderer.render(trace)) + "\n");
  }
}
