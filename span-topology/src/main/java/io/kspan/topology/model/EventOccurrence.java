package io.kspan.topology.model;

import java.util.Comparator;

/**
 * One occurrence of a Kubernetes Event, reduced to the fields that the trace model needs.
 *
 * @param uid of the Event; {@code Event/namespace/name} where it has none
 * @param count {@code series.count}, else {@code count}, else 0; never negative
 * @param receiptMillis {@code observedAt} of the envelope
 * @param timeNanos the event time, refined by the rule of trace-model 4
 * @param stampNanos the stamp that the event time refines: equal to it when the stamp itself is
 *     fine
 * @param stamp how fine that stamp is
 * @param firstTimeNanos when the first occurrence was, 0 if unknown
 * @param name of the Event object
 * @param involved kind, namespace and name of the involved object
 * @param involvedUid may be empty, a node name or a config hash
 * @param involvedApiVersion may be empty
 * @param involvedResourceVersion may be empty
 * @param fieldPath may be empty
 * @param reason short, CamelCase
 * @param message may be empty
 * @param type {@code Normal} or {@code Warning}
 * @param component {@code source.component}, else {@code reportingComponent}, else empty
 * @param host {@code source.host}, else {@code reportingInstance}, else empty
 * @param topLevel whether it is annotated as the start of a trace
 * @param cause the object that it acted on; null if no rule names one, and before placing has
 *     matched the rules
 * @param namespace of the Event itself, which can differ from that of the involved object
 * @param original the stamp as it was written, before a wrong clock was corrected
 * @param related the second object that the Event names; null without one
 * @param traceContext in an annotation; null without one
 */
public record EventOccurrence(
    String uid,
    long count,
    long receiptMillis,
    long timeNanos,
    long stampNanos,
    StampPrecision stamp,
    long firstTimeNanos,
    String name,
    ObjectReference involved,
    String involvedUid,
    String involvedApiVersion,
    String involvedResourceVersion,
    String fieldPath,
    String reason,
    String message,
    String type,
    String component,
    String host,
    boolean topLevel,
    Cause cause,
    String namespace,
    Stamp original,
    Related related,
    TraceContext traceContext) {

  /** Event time; ties by receipt, then UID, then count (trace-model, Words). */
  public static final Comparator<EventOccurrence> BY_TIME = EventOccurrence::compareTimes;

  /** A stamp in nanoseconds since 1970; a whole one stands for its second. */
  public record Stamp(long nanos, boolean wholeSecond) {
    private static final long SECOND = 1_000_000_000L;

    /** How far {@code timeNanos} lies outside the stamp, 0 if it does not. */
    public long distance(long timeNanos) {
      long until = wholeSecond ? nanos + SECOND - 1 : nanos;
      return Math.max(0, Math.max(nanos - timeNanos, timeNanos - until));
    }
  }

  /** The {@code related} object; its UID may be empty. */
  public record Related(ObjectReference reference, String uid) {}

  /** How fine the stamp is that the event time was taken from. */
  public enum StampPrecision {
    /** A whole second; the event time is the receipt, clamped into that second. */
    SECOND,
    /** A whole second; the Event's name contains the nanosecond within it. */
    SECOND_REFINED,
    /** Microseconds. */
    FINE
  }

  /** The container that the fieldPath names, as in {@code spec.containers{web}}; else empty. */
  public String container() {
    int open = fieldPath.indexOf('{');
    int close = fieldPath.indexOf('}', open + 1);
    return open < 0 || close < 0 ? "" : fieldPath.substring(open + 1, close);
  }

  /** {@code uid#count}: what makes two copies the same occurrence. */
  public String id() {
    return uid + "#" + count;
  }

  /** Whether the type is neither {@code Normal} nor empty (trace-model, Words). */
  public boolean isWarning() {
    return !type.isEmpty() && !type.equals("Normal");
  }

  /** The same with the object that it acted on. */
  public EventOccurrence withCause(Cause matched) {
    return copy(timeNanos, matched);
  }

  /** The same at another event time. */
  public EventOccurrence at(long newTimeNanos) {
    return copy(newTimeNanos, cause);
  }

  private EventOccurrence copy(long newTimeNanos, Cause newCause) {
    return new EventOccurrence(
        uid,
        count,
        receiptMillis,
        newTimeNanos,
        stampNanos,
        stamp,
        firstTimeNanos,
        name,
        involved,
        involvedUid,
        involvedApiVersion,
        involvedResourceVersion,
        fieldPath,
        reason,
        message,
        type,
        component,
        host,
        topLevel,
        newCause,
        namespace,
        original,
        related,
        traceContext);
  }

  /**
   * By hand: a chain of comparators takes a tenth of the time in which a large tree is assembled.
   */
  private static int compareTimes(EventOccurrence a, EventOccurrence b) {
    if (a.timeNanos != b.timeNanos) {
      return Long.compare(a.timeNanos, b.timeNanos);
    }
    if (a.receiptMillis != b.receiptMillis) {
      return Long.compare(a.receiptMillis, b.receiptMillis);
    }
    int byUid = a.uid.compareTo(b.uid);
    return byUid != 0 ? byUid : Long.compare(a.count, b.count);
  }
}
