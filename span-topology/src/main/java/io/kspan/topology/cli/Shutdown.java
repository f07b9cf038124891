package io.kspan.topology.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The request to stop: a signal sets it, a command waits for it and says how long it takes to
 * follow. Thread-safe.
 */
public final class Shutdown {
  private static final long POLL_MILLIS = 200;

  /** For noticing the request and ending the process. */
  private static final Duration MARGIN = Duration.ofSeconds(2);

  private final CountDownLatch wanted = new CountDownLatch(1);
  private volatile Duration timeout = Duration.ZERO;

  /** Asks the running command to stop. */
  public void request() {
    wanted.countDown();
  }

  /** The time after {@link #request} within which a command must end. */
  public Duration patience() {
    return timeout.plus(MARGIN);
  }

  void mayTake(Duration timeout) {
    this.timeout = timeout;
  }

  /** Waits for a moment; whether to stop. */
  boolean isWanted() throws InterruptedException {
    return wanted.await(POLL_MILLIS, TimeUnit.MILLISECONDS);
  }
}
