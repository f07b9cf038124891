package io.kspan.connect.watch;

/**
 * Where a feed stands. A resourceVersion is opaque: kept and sent back, never compared. One thread
 * only.
 */
final class FeedPosition {
  /** So often may a watch from a fresh list close empty before the list counts as stale too. */
  private static final int FRESH_EMPTY_CLOSES = 3;

  /** So often may the same position give garbage before the feed goes around it by listing. */
  private static final int GARBLED_RESUMES = 2;

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

  /**
   * Lists again unless the position came from a list a moment ago: then the server is at fault, not
   * the position.
   */
  void closedEmpty() {
    emptyCloses++;
    if (!fresh || emptyCloses >= FRESH_EMPTY_CLOSES) {
      expired();
    }
  }

  /**
   * What follows the position is asked for again first; if it is garbage again, a list leads around
   * it.
   */
  void garbled() {
    garbled++;
    if (garbled >= GARBLED_RESUMES) {
      expired();
    }
  }
}
