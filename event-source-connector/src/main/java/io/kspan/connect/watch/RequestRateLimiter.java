package io.kspan.connect.watch;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Limits requests to an average rate; lets a second's worth pass at once. Safe for many threads,
 * which get their turns in the order of their calls.
 */
final class RequestRateLimiter {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final LongSupplier nanoTime;
  private final long interval;
  private final long burst;
  private long due;

  RequestRateLimiter(int perSecond, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.interval = SECOND / perSecond;
    this.burst = SECOND - interval;
    this.due = nanoTime.getAsLong();
  }

  void acquire() throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(reserve());
  }

  /** Takes the next turn; returns the nanoseconds until it comes. */
  synchronized long reserve() {
    long now = nanoTime.getAsLong();
    if (due - now < 0) {
      due = now;
    }
    long wait = Math.max(0, due - now - burst);
    due += interval;
    return wait;
  }
}
