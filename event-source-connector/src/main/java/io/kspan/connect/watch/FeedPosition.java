package io.kspan.connect.watch;

import io.kspan.connect.record.SourceOffset;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** The position of a feed, and when to give it up for a list. One thread only. */
final class FeedPosition {
  /** A restarting server closes a watch empty once; a stale position does it every time. */
  private static final int STALE_EMPTY_CLOSES = 2;

  /** The position of a recent list is probably not stale, so more empty closes are needed. */
  private static final int FRESH_EMPTY_CLOSES = 3;

  /** How often the feed resumes at a position that gives garbage before it lists. */
  private static final int GARBLED_RESUMES = 3;

  private static final Pattern COMPARABLE = Pattern.compile("[1-9][0-9]*");

  private SourceOffset offset = SourceOffset.LISTING;
  private String coveredUpTo = "";
  private boolean listKnown;
  private boolean fresh;
  private int emptyCloses;
  private int garbled;

  /**
   * Compares resourceVersions of one resource: negative, zero or positive, or empty when one of the
   * two is opaque. Kubernetes documents since 1.35 (KEP-5504) that positive integers without
   * leading zeros are comparable; older servers take them from the same counter of etcd.
   */
  private static OptionalInt compare(String one, String other) {
    if (!COMPARABLE.matcher(one).matches() || !COMPARABLE.matcher(other).matches()) {
      return OptionalInt.empty();
    }
    // No number type holds integers of any length.
    int byLength = Integer.compare(one.length(), other.length());
    return OptionalInt.of(byLength != 0 ? byLength : one.compareTo(other));
  }

  /** Starts at a stored offset. */
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

  /** The offset of records that do not move the position. */
  SourceOffset offset() {
    return offset;
  }

  void listed(SourceOffset list) {
    moveTo(list, true);
    coveredUpTo = "";
  }

  void advanced(String version) {
    moveTo(offset.advancedTo(version), false);
  }

  /**
   * Whether the server has not reached this position: then it was set back, and its next changes
   * are invisible from here. False if the versions are not comparable.
   */
  boolean isAheadOf(String serverVersion) {
    return compare(serverVersion, offset.resourceVersion()).orElse(0) < 0;
  }

  /** Drops the position of a server that was set back; it proves nothing any more. */
  void reset() {
    offset = SourceOffset.LISTING;
    coveredUpTo = "";
  }

  /** A periodic snapshot is complete; the position stays. */
  void snapshotTaken(SourceOffset snapshot) {
    offset = snapshot;
  }

  /** Drops the position, but keeps what it proves about the next list. */
  void expired() {
    // A list that took too long: the proof of the position before it still holds.
    if (!mustList()) {
      coveredUpTo = offset.resourceVersion();
      listKnown = false;
      offset = SourceOffset.LISTING;
    }
  }

  /** Sets the version of the list under way; a list older than the position proves nothing. */
  void listIsAt(String listVersion) {
    listKnown = true;
    if (compare(listVersion, coveredUpTo).orElse(-1) < 0) {
      coveredUpTo = "";
    }
  }

  /**
   * Whether the position before the list proves that this version was handed over, as all changes
   * up to the position were. False if the versions are not comparable.
   */
  boolean covers(String version) {
    return listKnown && compare(version, coveredUpTo).orElse(1) <= 0;
  }

  void closedEmpty() {
    emptyCloses++;
    if (emptyCloses >= (fresh ? FRESH_EMPTY_CLOSES : STALE_EMPTY_CLOSES)) {
      expired();
    }
  }

  /** A list hides intermediate changes, so the feed first tries to resume. */
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
