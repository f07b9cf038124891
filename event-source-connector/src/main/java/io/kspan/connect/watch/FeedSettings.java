package io.kspan.connect.watch;

import io.kspan.connect.record.ResourceId;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * The settings that the feeds of a task share. Immutable.
 *
 * @param watchTimeout how long one watch request may last before it is renewed
 * @param stallTimeout how long a response may be silent before the feed gives it up
 * @param snapshotInterval between two snapshots of all objects of a scope; zero for none
 * @param bookmarks whether feeds hand over positions without a record
 * @param excludedReasons Events with one of these reasons are not published
 * @param excludedTypes the same for types, such as {@code Normal}
 * @param ownerKinds kinds that are fetched when referenced
 * @param ownerTtl how long the answer to a reference stays valid
 */
public record FeedSettings(
    int listPageSize,
    Duration watchTimeout,
    Duration stallTimeout,
    Duration backoffInitial,
    Duration backoffMax,
    Duration snapshotInterval,
    boolean bookmarks,
    Set<String> excludedReasons,
    Set<String> excludedTypes,
    List<ResourceId> ownerKinds,
    Duration ownerTtl) {
  private static final Duration MAX_EMPTY_CLOSE = Duration.ofSeconds(10);

  /** A watch that ends cleanly and without a message sooner than this was not served. */
  Duration emptyCloseWithin() {
    Duration half = watchTimeout.dividedBy(2);
    return half.compareTo(MAX_EMPTY_CLOSE) < 0 ? half : MAX_EMPTY_CLOSE;
  }

  /** How long a response may last; longer only if an intermediary keeps it open. */
  Duration responseTimeout() {
    return watchTimeout.plus(stallTimeout);
  }
}
