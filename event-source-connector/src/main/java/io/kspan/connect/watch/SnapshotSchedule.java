package io.kspan.connect.watch;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;

/**
 * Decides when a scope takes a snapshot: an interval after its last complete list, less some
 * jitter, and one scope of the task at a time. One thread only, except for the shared semaphore.
 */
final class SnapshotSchedule {
  private final Duration interval;
  private final Semaphore turn;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Instant begun;
  private Instant notBefore = Instant.MIN;
  private double share;

  /**
   * @param interval zero for never
   * @param turn one permit for all scopes of the task
   */
  SnapshotSchedule(Duration interval, Semaphore turn, InstantSource clock, RandomGenerator random) {
    this.interval = interval;
    this.turn = turn;
    this.clock = clock;
    this.random = random;
    this.begun = clock.instant();
    this.share = jitter();
  }

  /**
   * Whether to take a snapshot now; if so, {@link #end} must follow.
   *
   * @param listedAtMillis 0 when unknown
   */
  boolean begin(long listedAtMillis) {
    if (interval.isZero()) {
      return false;
    }
    Instant last = listedAtMillis > 0 ? Instant.ofEpochMilli(listedAtMillis) : begun;
    Instant now = clock.instant();
    return !now.isBefore(last.plus(partOfInterval(share)))
        && !now.isBefore(notBefore)
        && turn.tryAcquire();
  }

  /** Releases the turn; after a failure the next attempt waits for a tenth of the interval. */
  void end(boolean complete) {
    turn.release();
    share = jitter();
    if (!complete) {
      notBefore = clock.instant().plus(partOfInterval(0.1));
    }
  }

  private Duration partOfInterval(double part) {
    return Duration.ofMillis((long) (interval.toMillis() * part));
  }

  private double jitter() {
    return 0.9 + random.nextDouble() / 10;
  }
}
