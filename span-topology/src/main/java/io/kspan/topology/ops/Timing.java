package io.kspan.topology.ops;

import java.util.concurrent.atomic.LongAdder;

/** How often something was done, and how long that took. Thread-safe. */
public final class Timing {
  private final LongAdder calls = new LongAdder();
  private final LongAdder nanos = new LongAdder();

  /** Does it, and counts it whatever comes of it. */
  public void of(Runnable work) {
    long begin = System.nanoTime();
    try {
      work.run();
    } finally {
      nanos.add(System.nanoTime() - begin);
      calls.increment();
    }
  }

  long calls() {
    return calls.sum();
  }

  double seconds() {
    return nanos.sum() / 1e9;
  }
}
