package io.kspan.topology.time;

import java.util.Arrays;

/**
 * The latest watermark of each of several sources, and the least of them, which holds for all.
 *
 * <p>Thread-safe: one thread advances it, any thread reads it.
 */
public final class WatermarkTable {
  private final long[] watermarks;
  private volatile long least;

  /** A table of {@code sources} that have promised nothing. */
  public WatermarkTable(int sources) {
    watermarks = new long[sources];
    Arrays.fill(watermarks, Watermark.NONE);
    least = sources == 0 ? Watermark.END_OF_INPUT : Watermark.NONE;
  }

  /** Takes over what {@code source} promises; a promise is never taken back. */
  public synchronized void advance(int source, long watermark) {
    if (source < watermarks.length && watermarks[source] < watermark) {
      watermarks[source] = watermark;
      least = Arrays.stream(watermarks).min().orElseThrow();
    }
  }

  /** What {@code source} promises. */
  public synchronized long of(int source) {
    return watermarks[source];
  }

  /** What all sources promise; {@link Watermark#NONE} while one has promised nothing. */
  public long least() {
    return least;
  }
}
