package io.kspan.connect.watch;

import java.time.Duration;

/**
 * What the feeds of a task share. Immutable.
 *
 * @param watchTimeout how long one watch request may last before it is renewed
 * @param stallTimeout how long a response may stay silent before it is given up and asked for again
 */
public record FeedSettings(
    int listPageSize,
    Duration watchTimeout,
    Duration stallTimeout,
    Duration backoffInitial,
    Duration backoffMax) {
  /** A watch that ends cleanly and without a message sooner than this was not served. */
  Duration emptyCloseWithin() {
    Duration half = watchTimeout.dividedBy(2);
    Duration most = Duration.ofSeconds(10);
    return half.compareTo(most) < 0 ? half : most;
  }
}
