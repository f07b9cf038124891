package io.kspan.topology.assemble;

import io.kspan.topology.model.EventOccurrence.Stamp;
import io.kspan.topology.model.EventOccurrence.StampPrecision;

/**
 * The event time (trace-model 4).
 *
 * <p>Components write whole-second stamps, but client-go also writes the nanosecond into the
 * Event's name; failing that, another stamp of the Event or the receipt tells where in the second
 * it was. The machine's clock is never read.
 *
 * @param nanos the refined time
 * @param stampNanos the stamp it refines
 * @param precision of that stamp
 * @param original the stamp as it was written
 */
public record EventTime(long nanos, long stampNanos, StampPrecision precision, Stamp original) {
  private static final long SECOND = 1_000_000_000L;
  private static final long MILLI = 1_000_000L;
  private static final long LAST_MILLI_OF_SECOND = 999 * MILLI;
  private static final long WRONG_CLOCK = 60 * SECOND;
  private static final int HEX = 16;

  /**
   * The stamps of an Event in nanoseconds, null where absent.
   *
   * @param lastTimestamp whole second
   * @param lastObservedTime of the series, fine
   * @param eventTime fine
   * @param firstTimestamp whole second
   * @param creationTimestamp whole second, by the clock of the API server
   */
  public record Stamps(
      Long lastTimestamp,
      Long lastObservedTime,
      Long eventTime,
      Long firstTimestamp,
      Long creationTimestamp) {

    /** The first that there is; null without any. */
    private Stamp first() {
      if (lastTimestamp != null) {
        return new Stamp(lastTimestamp, true);
      }
      if (lastObservedTime != null) {
        return new Stamp(lastObservedTime, false);
      }
      if (eventTime != null) {
        return new Stamp(eventTime, false);
      }
      Long whole = firstTimestamp == null ? creationTimestamp : firstTimestamp;
      return whole == null ? null : new Stamp(whole, true);
    }
  }

  /**
   * The event time, but for its lower bound, the creation of the object that it is about.
   *
   * @param name of the Event object, {@code <object>.<hex UnixNano>} when client-go made it
   * @param count of the occurrence; the name tells the first one's time only
   * @param receiptNanos when it was received; the event time if there is no stamp at all
   */
  public static EventTime of(Stamps stamps, String name, long count, long receiptNanos) {
    Stamp stamp = stamps.first();
    if (stamp == null) {
      return fine(receiptNanos, new Stamp(receiptNanos, false));
    }
    Long creation = stamps.creationTimestamp();
    boolean isFirst = count <= 1;
    if (isFirst && creation != null && Math.abs(creation - stamp.nanos()) > WRONG_CLOCK) {
      return bounded(second(creation, receiptNanos, stamp), receiptNanos);
    }
    if (!stamp.wholeSecond()) {
      return bounded(fine(stamp.nanos(), stamp), receiptNanos);
    }
    long second = stamp.nanos();
    Long[] finer = {
      isFirst ? nanosInName(name) : null,
      stamps.lastObservedTime(),
      isFirst ? stamps.eventTime() : null
    };
    for (Long nanos : finer) {
      if (nanos != null && nanos >= second && nanos < second + SECOND) {
        return bounded(
            new EventTime(nanos, second, StampPrecision.SECOND_REFINED, stamp), receiptNanos);
      }
    }
    return bounded(second(second, receiptNanos, stamp), receiptNanos);
  }

  private static EventTime fine(long nanos, Stamp original) {
    return new EventTime(nanos, nanos, StampPrecision.FINE, original);
  }

  private static EventTime second(long second, long receiptNanos, Stamp original) {
    long clamped = Math.min(Math.max(receiptNanos, second), second + LAST_MILLI_OF_SECOND);
    return new EventTime(clamped, second, StampPrecision.SECOND, original);
  }

  /**
   * An Event does not happen after its receipt. A receipt has milliseconds only, so the whole
   * millisecond counts.
   */
  private static EventTime bounded(EventTime time, long receiptNanos) {
    if (time.nanos() < receiptNanos + MILLI) {
      return time;
    }
    return time.precision() == StampPrecision.FINE || time.stampNanos() > receiptNanos
        ? fine(receiptNanos, time.original())
        : new EventTime(receiptNanos, time.stampNanos(), time.precision(), time.original());
  }

  private static Long nanosInName(String name) {
    int dot = name.lastIndexOf('.');
    if (dot < 0) {
      return null;
    }
    try {
      return Long.parseLong(name, dot + 1, name.length(), HEX);
    } catch (NumberFormatException notWrittenByClientGo) {
      return null;
    }
  }
}
