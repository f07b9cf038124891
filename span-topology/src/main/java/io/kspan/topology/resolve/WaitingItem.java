package io.kspan.topology.resolve;

import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.wire.SortableStamp;

/**
 * Something that waits for its root to be known: an occurrence or a version of an object, one of
 * the two.
 *
 * @param event null for a version
 * @param object null for an occurrence
 * @param isNews whether it counts; a repeat only waits for what may still turn up before it
 */
public record WaitingItem(
    String cluster, EventOccurrence event, ObjectSnapshot object, boolean isNews) {

  static WaitingItem occurrence(String cluster, EventOccurrence event) {
    return new WaitingItem(cluster, event, null, true);
  }

  static WaitingItem version(String cluster, ObjectSnapshot object, boolean isNews) {
    return new WaitingItem(cluster, null, object, isNews);
  }

  WaitingItem withNews(boolean news) {
    return new WaitingItem(cluster, event, object, news);
  }

  long receiptMillis() {
    return event == null ? object.receiptMillis() : event.receiptMillis();
  }

  /** Sorts by receipt; the same occurrence or version has the same key. */
  String storeKey() {
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
