package io.kspan.topology.resolve;

import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.wire.SortableStamp;

/**
 * Something that waits for its root to be known: an occurrence or a change of an object, one of the
 * two.
 *
 * @param event null for a change
 * @param object null for an occurrence
 */
public record WaitingItem(String cluster, EventOccurrence event, ObjectSnapshot object) {

  long receiptMillis() {
    return event == null ? object.receiptMillis() : event.receiptMillis();
  }

  /** Sorts by receipt; the same occurrence or version has the same key. */
  String storeKey() {
    String id =
        event == null ? "o" + object.uid() + SortableStamp.of(object.sequence()) : "e" + event.id();
    return SortableStamp.of(receiptMillis()) + cluster + "/" + id;
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
