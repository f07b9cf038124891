package io.kspan.connect.watch;

/**
 * Where a feed stands. A resourceVersion is opaque: kept and sent back, never compared. One thread
 * only.
 */
final class FeedPosition {
  /**
   * So often in a row must a position be closed empty to count as stale: a restarting server does
   * it once.
   */
  private static final int STALE_EMPTY_CLOSES = 2;

  /**
   * The same for a position from a list a moment ago, which is hardly stale; but it may become so.
   */
  private static final int FRESH_EMPTY_CLOSES = 3;

  /** So often may the same position give garbage before the feed goes around it by listing. */
  private static final int GARBLED_RESUMES = 3;

  private String resourceVersion;
  private boolean fresh;
  private int emptyCloses;
  private int garbled;

  /** A position to resume from; empty when there is none. */
  FeedPosition(String resourceVersion) {
    this.resourceVersion = resourceVersion;
  }

  boolean mustList() {
    return resourceVersion.isEmpty();
  }

  String resourceVersion() {
    return resourceVersion;
  }

  void listed(String listVersion) {
    resourceVersion = listVersion;
    fresh = true;
    emptyCloses = 0;
    garbled = 0;
  }

  void advanced(String version) {
    resourceVersion = version;
    fresh = false;
    emptyCloses = 0;
    garbled = 0;
  }

  void expired() {
    resourceVersion = "";
  }

  void closedEmpty() {
    emptyCloses++;
    if (emptyCloses >= (fresh ? FRESH_EMPTY_CLOSES : STALE_EMPTY_CLOSES)) {
      expired();
    }
  }

  /**
   * A list hides what happened in between, so it comes last: what follows the position is asked for
   * again first.
   */
  void garbled() {
    garbled++;
    if (garbled >= GARBLED_RESUMES) {
      expired();
    }
  }
}
