package io.kspan.topology.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The wish to stop: a signal sets it, a command waits for it and says how long it may take to
 * follow. Thread-safe.
 */
public final class Shutdown {
  private static final long LOOK_MILLIS = 200;

  /** For what lies around the stopping itself: noticing the wish, the end of the process. */
  private static final Duration MARGIN = Duration.ofSeconds(2);

  private final CountDownLatch wanted = new CountDownLatch(1);
  private volatile Duration timeout = Duration.ZERO;

  /** Asks the running command to stop. */
  public void request() {
    wanted.countDown();
  }

  /** By when after {@link #request} a command that has not ended has failed to. */
  public Duration patience() {
    return timeout.plus(MARGIN);
  }

  void mayTake(Duration timeout) {
    this.timeout = timeout;
  }

  /** Waits a moment; whether to stop. */
  boolean isWanted() throws InterruptedException {
    return wanted.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }
}
