package io.kspan.topology.model;

/**
 * A cause that names an object: all that is known of an object without snapshots.
 *
 * @param timeNanos event time of the cause
 * @param receiptMillis of the cause
 * @param eventId the cause, {@code uid#count}
 * @param by the involved object of the cause
 */
public record Mention(long timeNanos, long receiptMillis, String eventId, ObjectIdentity by) {
  /** What {@code event}, a cause, names an object by. */
  public static Mention of(EventOccurrence event) {
    return new Mention(
        event.timeNanos(),
        event.receiptMillis(),
        event.id(),
        ObjectIdentity.named(event.involvedUid(), event.involved(), event.involvedApiVersion()));
  }
}
