package io.kspan.topology.assemble;

import io.kspan.topology.model.EventOccurrence.StampPrecision;

/**
 * The event time (trace-model 4).
 *
 * <p>Components write whole-second stamps, but client-go also writes the nanosecond into the
 * Event's name; failing that, the receipt tells where in the second it was. The machine's clock is
 * never read.
 *
 * @param nanos the refined time
 * @param stampNanos the stamp it refines
 * @param precision of that stamp
 */
public record EventTime(long nanos, long stampNanos, StampPrecision precision) {
  private static final long SECOND = 1_000_000_000L;
  private static final long LAST_MILLI_OF_SECOND = 999_000_000L;
  private static final int HEX = 16;

  /**
   * The stamps of an Event in nanoseconds, null where absent.
   *
   * @param lastTimestamp whole second
   * @param lastObservedTime of the series, fine
   * @param eventTime fine
   * @param firstTimestamp whole second
   * @param creationTimestamp whole second
   */
  public record Stamps(
      Long lastTimestamp,
      Long lastObservedTime,
      Long eventTime,
      Long firstTimestamp,
      Long creationTimestamp) {}

  /**
   * The event time.
   *
   * @param name of the Event object, {@code <object>.<hex UnixNano>} when client-go made it
   * @param count of the occurrence; the name tells the first one's time only
   * @param receiptNanos when it was received; the event time if there is no stamp at all
   */
  public static EventTime of(Stamps stamps, String name, long count, long receiptNanos) {
    if (stamps.lastTimestamp() != null) {
      return refine(stamps.lastTimestamp(), name, count, receiptNanos);
    }
    if (stamps.lastObservedTime() != null) {
      return fine(stamps.lastObservedTime());
    }
    if (stamps.eventTime() != null) {
      return fine(stamps.eventTime());
    }
    if (stamps.firstTimestamp() != null) {
      return refine(stamps.firstTimestamp(), name, count, receiptNanos);
    }
    if (stamps.creationTimestamp() != null) {
      return refine(stamps.creationTimestamp(), name, count, receiptNanos);
    }
    return fine(receiptNanos);
  }

  private static EventTime fine(long nanos) {
    return new EventTime(nanos, nanos, StampPrecision.FINE);
  }

  private static EventTime refine(long second, String name, long count, long receiptNanos) {
    if (count <= 1) {
      long named = nanosInName(name);
      if (named >= second && named < second + SECOND) {
        return new EventTime(named, second, StampPrecision.SECOND_REFINED);
      }
    }
    long clamped = Math.min(Math.max(receiptNanos, second), second + LAST_MILLI_OF_SECOND);
    return new EventTime(clamped, second, StampPrecision.SECOND);
  }

  private static long nanosInName(String name) {
    int dot = name.lastIndexOf('.');
    if (dot < 0) {
      return -1;
    }
    try {
      return Long.parseLong(name, dot + 1, name.length(), HEX);
    } catch (NumberFormatException notWrittenByClientGo) {
      return -1;
    }
  }
}
