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
    Cause cause) {

  /** Event time; ties by receipt, then UID, then count (trace-model, Words). */
  public static final Comparator<EventOccurrence> BY_TIME = EventOccurrence::compareTimes;

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
    return new EventOccurrence(
        uid,
        count,
        receiptMillis,
        timeNanos,
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
        matched);
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
