package io.kspan.connect.watch;

import io.kspan.connect.record.ResourceVersions;
import io.kspan.connect.record.SourceOffset;

/**
 * Where a feed stands. A resourceVersion is kept and sent back; it is compared only to tell which
 * items of a list were handed over before. One thread only.
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

  private SourceOffset offset = SourceOffset.LISTING;
  private String coveredUpTo = "";
  private boolean listKnown;
  private boolean fresh;
  private int emptyCloses;
  private int garbled;

  /** Begins anew at a stored offset. */
  void resume(SourceOffset stored) {
    moveTo(stored, false);
    coveredUpTo = "";
  }

  boolean mustList() {
    return offset.isListing();
  }

  /** Empty when there is none. */
  String resourceVersion() {
    return offset.resourceVersion();
  }

  /** What is stored with records that do not move the position. */
  SourceOffset offset() {
    return offset;
  }

  /** What is stored with the record that moves the position there. */
  SourceOffset offsetAt(String version) {
    return offset.advancedTo(version);
  }

  void listed(SourceOffset list) {
    moveTo(list, true);
    coveredUpTo = "";
  }

  void advanced(String version) {
    moveTo(offset.advancedTo(version), false);
  }

  /**
   * Whether the server has not come that far: then it was set back, and what it says next is
   * invisible from here. False in doubt.
   */
  boolean isAheadOf(String serverVersion) {
    return ResourceVersions.compare(serverVersion, offset.resourceVersion()).orElse(0) < 0;
  }

  /** The server was set back: the position means nothing any more. */
  void forget() {
    offset = SourceOffset.LISTING;
    coveredUpTo = "";
  }

  /** A periodic snapshot is complete; the position stays. */
  void snapshotTaken(SourceOffset snapshot) {
    offset = snapshot;
  }

  void expired() {
    if (mustList()) {
      // A list that took too long: what the position before it proved still holds.
      return;
    }
    coveredUpTo = offset.resourceVersion();
    listKnown = false;
    offset = SourceOffset.LISTING;
  }

  /** The list that is due is this far; one that is older than the position proves nothing. */
  void listIsAt(String listVersion) {
    listKnown = true;
    if (ResourceVersions.compare(listVersion, coveredUpTo).orElse(-1) < 0) {
      coveredUpTo = "";
    }
  }

  /**
   * Whether the position before the list that is due proves that this version was handed over: all
   * changes of the resource up to the position were. False in doubt.
   */
  boolean covers(String version) {
    return listKnown && ResourceVersions.compare(version, coveredUpTo).orElse(1) <= 0;
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

  private void moveTo(SourceOffset next, boolean isFresh) {
    offset = next;
    fresh = isFresh;
    emptyCloses = 0;
    garbled = 0;
  }
}
