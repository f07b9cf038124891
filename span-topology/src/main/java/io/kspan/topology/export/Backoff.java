package io.kspan.topology.export;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How long to wait after the n-th failure in a row: doubled each time up to a maximum, and between
 * half and all of that, so that many sinks do not come back in step.
 */
final class Backoff {
  private static final int MAX_DOUBLINGS = 30;

  private final Duration min;
  private final Duration max;
  private final DoubleSupplier random;

  /**
   * @param random numbers in [0, 1)
   */
  Backoff(Duration min, Duration max, DoubleSupplier random) {
    this.min = min;
    this.max = max;
    this.random = random;
  }

  Duration after(int failures) {
    long doubled = min.toNanos();
    for (int i = 1; i < Math.min(failures, MAX_DOUBLINGS) && doubled < max.toNanos(); i++) {
      doubled *= 2;
    }
    long full = Math.min(doubled, max.toNanos());
    return Duration.ofNanos(full / 2 + (long) (full / 2 * random.getAsDouble()));
  }
}
