package io.kspan.topology.assemble;

/**
 * Arithmetic of nanosecond times that saturates instead of overflowing: "never" plus ten seconds is
 * never.
 */
final class Times {
  static final long SECOND = 1_000_000_000L;
  static final long MILLI = 1_000_000L;
  static final long NEVER = Long.MAX_VALUE;

  private Times() {}

  static long plus(long time, long duration) {
    long sum = time + duration;
    boolean overflow = ((time ^ sum) & (duration ^ sum)) < 0;
    return overflow ? NEVER : sum;
  }

  static long ofMillis(long millis) {
    return millis > NEVER / MILLI ? NEVER : millis * MILLI;
  }
}
