package io.kspan.topology.place;

import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.wire.SortableStamp;

/**
 * An item that waits for its root to be known: an occurrence, a version of an object, or a deletion
 * that was missed; exactly one of the three is not null.
 *
 * @param isChange whether a version is to be placed; a repeat only waits because a version may
 *     still be read that makes it a change
 */
public record PendingItem(
    String cluster,
    EventOccurrence event,
    ObjectSnapshot object,
    boolean isChange,
    Deletion deletion) {

  /** An object whose deletion was not received, and when it counts as deleted. */
  public record Deletion(ObjectIdentity object, long millis) {}

  static PendingItem occurrence(String cluster, EventOccurrence event) {
    return new PendingItem(cluster, event, null, true, null);
  }

  static PendingItem version(String cluster, ObjectSnapshot object, boolean isChange) {
    return new PendingItem(cluster, null, object, isChange, null);
  }

  static PendingItem deletion(String cluster, ObjectIdentity object, long millis) {
    return new PendingItem(cluster, null, null, true, new Deletion(object, millis));
  }

  PendingItem asChange(boolean change) {
    return new PendingItem(cluster, event, object, change, deletion);
  }

  long receiptMillis() {
    if (deletion != null) {
      return deletion.millis();
    }
    return event == null ? object.receiptMillis() : event.receiptMillis();
  }

  /** Sorts by receipt; the same occurrence or version has the same key. */
  String storeKey() {
    if (deletion != null) {
      return SortableStamp.of(deletion.millis()) + cluster + "/g" + deletion.object().uid();
    }
    return event == null
        ? versionKey(cluster, object.uid(), receiptMillis(), object.sequence())
        : occurrenceKey(cluster, event.id(), receiptMillis());
  }

  static String occurrenceKey(String cluster, String eventId, long receiptMillis) {
    return SortableStamp.of(receiptMillis) + cluster + "/e" + eventId;
  }

  static String versionKey(String cluster, String uid, long receiptMillis, long sequence) {
    return SortableStamp.of(receiptMillis) + cluster + "/o" + uid + SortableStamp.of(sequence);
  }

  /** The receipt that a key begins with. */
  static long receiptOf(String storeKey) {
    return SortableStamp.read(storeKey);
  }

  /** The object it is about, by name. */
  ObjectIdentity named() {
    if (deletion != null) {
      return deletion.object();
    }
    return event == null
        ? object.identity()
        : ObjectIdentity.named(event.involvedUid(), event.involved(), event.involvedApiVersion());
  }

  /** Whether the UID identifies the object: that of Node events is only the name again. */
  boolean hasUid() {
    ObjectIdentity named = named();
    return !named.uid().isEmpty()
        && (event == null || !named.uid().equals(named.reference().name()));
  }
}
