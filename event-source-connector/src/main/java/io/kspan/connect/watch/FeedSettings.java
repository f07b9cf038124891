package io.kspan.connect.watch;

import io.kspan.connect.record.ResourceId;
import java.time.Duration;
import java.util.List;

/**
 * What the feeds of a task share. Immutable.
 *
 * @param watchTimeout how long one watch request may last before it is renewed
 * @param stallTimeout how long a response may stay silent before it is given up and asked for again
 * @param snapshotInterval between two snapshots of all objects of a scope; zero for none
 * @param bookmarks whether the task wants to know how far a feed is when nothing happens
 * @param ownerKinds fetched when referenced
 * @param ownerTtl how long the answer to a reference is remembered
 */
public record FeedSettings(
    int listPageSize,
    Duration watchTimeout,
    Duration stallTimeout,
    Duration backoffInitial,
    Duration backoffMax,
    Duration snapshotInterval,
    boolean bookmarks,
    List<ResourceId> ownerKinds,
    Duration ownerTtl) {
  public FeedSettings {
    ownerKinds = List.copyOf(ownerKinds);
  }

  /** A watch that ends cleanly and without a message sooner than this was not served. */
  Duration emptyCloseWithin() {
    Duration half = watchTimeout.dividedBy(2);
    Duration most = Duration.ofSeconds(10);
    return half.compareTo(most) < 0 ? half : most;
  }

  /**
   * How long any response may last: the server ends it sooner, unless something in between keeps it
   * alive.
   */
  Duration responseTimeout() {
    return watchTimeout.plus(stallTimeout);
  }
}
