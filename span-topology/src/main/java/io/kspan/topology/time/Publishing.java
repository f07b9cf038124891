package io.kspan.topology.time;

/**
 * When a watermark that has advanced is worth a record. Timers wait for watermarks only until some
 * time after the newest record that was received: then every session is over, whatever its state.
 * So an application that receives nothing publishes a heartbeat, for what is forgotten by time.
 *
 * <p>When a watermark is published never influences a result, since every decision is a function of
 * receipts; it influences how soon the result comes.
 *
 * @param awaitedMillis how long after the receipt of a record a timer may wait because of it
 */
public record Publishing(long awaitedMillis) {
  /** How far a watermark advances at least while no timer waits for it. */
  public static final long HEARTBEAT_MILLIS = 60_000;

  /**
   * Whether a timer may wait for a watermark beyond {@code published}.
   *
   * @param newestMillis receipt of the newest record, {@link Watermark#NONE} without one
   */
  public boolean isAwaited(long published, long newestMillis) {
    return newestMillis != Watermark.NONE
        && published < Watermark.plus(newestMillis, awaitedMillis);
  }

  /** Whether {@code watermark} is to be published after {@code published}. */
  public boolean isDue(long watermark, long published, long newestMillis) {
    return watermark > published
        && (watermark == Watermark.END_OF_INPUT
            || published == Watermark.NONE
            || isAwaited(published, newestMillis)
            || watermark >= Watermark.plus(published, HEARTBEAT_MILLIS));
  }
}
