package io.kspan.connect.watch;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Exponential delays with jitter, so that many feeds do not return to a recovering server at the
 * same time. One thread only.
 */
final class RetryBackoff {
  private static final Duration LONGEST_RETRY_AFTER = Duration.ofMinutes(10);

  private final Duration initial;
  private final Duration max;
  private final RandomGenerator random;
  private int attempts;

  RetryBackoff(FeedSettings settings, RandomGenerator random) {
    this.initial = settings.backoffInitial();
    this.max = settings.backoffMax();
    this.random = random;
  }

  /** The next delay: between half and all of {@code initial * 2^n}, at most {@code max}. */
  Duration next() {
    Duration delay = jittered(Math.min(max.toMillis(), initial.toMillis() * Math.pow(2, attempts)));
    attempts++;
    return delay;
  }

  /**
   * The next delay after a failure. If the server asked for a longer time, that time and some
   * jitter, but at most about {@link #LONGEST_RETRY_AFTER}.
   */
  Duration next(FeedFailure failure) {
    Duration delay = next();
    Duration asked = failure.retryAfter();
    Duration kept = asked.compareTo(LONGEST_RETRY_AFTER) < 0 ? asked : LONGEST_RETRY_AFTER;
    return kept.compareTo(delay) > 0 ? kept.plus(pause()) : delay;
  }

  /** A first delay that does not count as an attempt. */
  Duration pause() {
    return jittered(initial.toMillis());
  }

  private Duration jittered(double millis) {
    return Duration.ofMillis(Math.round(millis * (0.5 + random.nextDouble() / 2)));
  }

  /** Whether the delays no longer grow, so the outage is a long one. */
  boolean isExhausted() {
    return initial.toMillis() * Math.pow(2, attempts) >= max.toMillis();
  }

  void reset() {
    attempts = 0;
  }
}
