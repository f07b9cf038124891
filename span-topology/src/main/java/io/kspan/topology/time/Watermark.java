package io.kspan.topology.time;

/**
 * A watermark: a promise, in milliseconds since 1970, that nothing follows that was received up to
 * then. Watermarks are plain numbers because every record is compared with some; this class holds
 * the two that are no moments, and the arithmetic that keeps them.
 */
public final class Watermark {
  /** Nothing is promised yet. */
  public static final long NONE = Long.MIN_VALUE;

  /** Nothing follows at all: an input has ended for good (replay). */
  public static final long END_OF_INPUT = Long.MAX_VALUE;

  private Watermark() {}

  /** {@code millis} later; {@link #NONE} and {@link #END_OF_INPUT} stay what they are. */
  public static long plus(long watermark, long millis) {
    if (watermark == NONE || watermark == END_OF_INPUT) {
      return watermark;
    }
    long sum = watermark + millis;
    boolean overflows = ((watermark ^ sum) & (millis ^ sum)) < 0;
    return overflows ? (millis < 0 ? NONE + 1 : END_OF_INPUT - 1) : sum;
  }

  /**
   * The watermark of an input partition. A record may be as late as {@code latenessMillis}, so the
   * moment that far before the highest receipt is not over yet.
   *
   * @param highestMillis the highest receipt that was read; {@link #NONE} without one, {@link
   *     #END_OF_INPUT} after the end marker
   * @param latenessMillis {@link Long#MAX_VALUE} if only the end says that nothing follows
   * @param idleSinceMillis as in {@link IdlePartitions#idleSince}
   * @param idleGraceMillis how far the watermark of a partition that is read to its end stays
   *     behind
   */
  public static long ofInput(
      long highestMillis, long latenessMillis, long idleSinceMillis, long idleGraceMillis) {
    if (highestMillis == END_OF_INPUT || idleSinceMillis == END_OF_INPUT) {
      return END_OF_INPUT;
    }
    return latenessMillis == Long.MAX_VALUE
        ? NONE
        : Math.max(
            plus(highestMillis, -latenessMillis - 1), plus(idleSinceMillis, -idleGraceMillis));
  }
}
