package io.kspan.quickstart.replay;

import java.time.Duration;
import java.util.Locale;

/** How long it has taken so far. Immutable. */
public final class Stopwatch {

  private final long started = System.nanoTime();

  /** Since it was made. */
  public Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - started);
  }

  @Override
  public String toString() {
    return seconds(elapsed());
  }

  static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
  }
}
