package io.kspan.topology.resolve;

import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.wire.SortableStamp;

/**
 * Something that waits for its root to be known: an occurrence, a version of an object, or that an
 * object counts as deleted; one of the three.
 *
 * @param event null if it is no occurrence
 * @param object null if it is no version
 * @param isNews whether it counts; a repeat only waits for what may still turn up before it
 * @param gone null if it is no deletion
 */
public record WaitingItem(
    String cluster, EventOccurrence event, ObjectSnapshot object, boolean isNews, Gone gone) {

  /** An object that nobody saw go, and when it counts as deleted. */
  public record Gone(ObjectIdentity object, long millis) {}

  static WaitingItem occurrence(String cluster, EventOccurrence event) {
    return new WaitingItem(cluster, event, null, true, null);
  }

  static WaitingItem version(String cluster, ObjectSnapshot object, boolean isNews) {
    return new WaitingItem(cluster, null, object, isNews, null);
  }

  static WaitingItem gone(String cluster, ObjectIdentity object, long millis) {
    return new WaitingItem(cluster, null, null, true, new Gone(object, millis));
  }

  WaitingItem withNews(boolean news) {
    return new WaitingItem(cluster, event, object, news, gone);
  }

  long receiptMillis() {
    if (gone != null) {
      return gone.millis();
    }
    return event == null ? object.receiptMillis() : event.receiptMillis();
  }

  /** Sorts by receipt; the same occurrence or version has the same key. */
  String storeKey() {
    if (gone != null) {
      return SortableStamp.of(gone.millis()) + cluster + "/g" + gone.object().uid();
    }
    return event == null
        ? versionKey(cluster, object.uid(), receiptMillis(), object.sequence())
        : SortableStamp.of(receiptMillis()) + cluster + "/e" + event.id();
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
    if (gone != null) {
      return gone.object();
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
