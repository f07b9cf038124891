package io.kspan.topology.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The wish to stop: a signal sets it, a command waits for it. Thread-safe. */
public final class Shutdown {
  private static final long LOOK_MILLIS = 200;

  private final CountDownLatch wanted = new CountDownLatch(1);

  /** Asks the running command to stop. */
  public void request() {
    wanted.countDown();
  }

  /** Waits a moment; whether to stop. */
  boolean isWanted() throws InterruptedException {
    return wanted.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }
}
