package io.kspan.connect.watch;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Spaces out requests: on average no more than so many a second, up to a second's worth at once.
 * Safe for many threads; who comes first goes first.
 */
final class RequestPacer {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final LongSupplier nanoTime;
  private final long interval;
  private final long burst;
  private long due;
  private boolean begun;

  RequestPacer(int perSecond, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.interval = SECOND / perSecond;
    this.burst = SECOND - interval;
  }

  void await() throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(reserve());
  }

  /** Takes the next turn; gives the nanoseconds until it comes. */
  synchronized long reserve() {
    long now = nanoTime.getAsLong();
    if (!begun || due - now < 0) {
      begun = true;
      due = now;
    }
    long wait = Math.max(0, due - now - burst);
    due += interval;
    return wait;
  }
}
