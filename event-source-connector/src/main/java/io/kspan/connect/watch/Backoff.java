package io.kspan.connect.watch;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Exponential delays with jitter, so that many feeds do not return to a recovering server in step.
 * One thread only.
 */
final class Backoff {
  private static final Duration LONGEST_RETRY_AFTER = Duration.ofMinutes(10);

  private final Duration initial;
  private final Duration max;
  private final RandomGenerator random;
  private int attempts;

  Backoff(Duration initial, Duration max, RandomGenerator random) {
    this.initial = initial;
    this.max = max;
    this.random = random;
  }

  /** The next delay: between half and all of {@code initial * 2^n}, at most {@code max}. */
  Duration next() {
    Duration delay = jittered(Math.min(max.toMillis(), initial.toMillis() * Math.pow(2, attempts)));
    attempts++;
    return delay;
  }

  /** A first delay that does not count as an attempt. */
  Duration pause() {
    return jittered(initial.toMillis());
  }

  /**
   * What to wait when the server asks for some time: not less, and jitter on top, so that not all
   * feeds are back at once. A time beyond reason is taken for a mistake.
   */
  Duration notBefore(Duration asked, Duration delay) {
    Duration kept = asked.compareTo(LONGEST_RETRY_AFTER) < 0 ? asked : LONGEST_RETRY_AFTER;
    return kept.compareTo(delay) > 0 ? kept.plus(pause()) : delay;
  }

  private Duration jittered(double millis) {
    return Duration.ofMillis(Math.round(millis * (0.5 + random.nextDouble() / 2)));
  }

  /** Whether the delays no longer grow: what fails now fails for long. */
  boolean isExhausted() {
    return initial.toMillis() * Math.pow(2, attempts) >= max.toMillis();
  }

  void reset() {
    attempts = 0;
  }
}
