package io.kspan.topology.envelope;

import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.ObjectSnapshot;

/**
 * What one record of an input topic says.
 *
 * <p>Receipt times are those of the envelope, or the record's own timestamp for a bare object.
 */
public sealed interface InputRecord {

  /** Name of the cluster that it comes from. */
  String cluster();

  /** When it was received from the API server, in milliseconds since 1970. */
  long observedAtMillis();

  /** An occurrence of an Event. */
  record Occurrence(String cluster, EventOccurrence event) implements InputRecord {
    @Override
    public long observedAtMillis() {
      return event.receiptMillis();
    }
  }

  /** A version of an object. */
  record Snapshot(String cluster, ObjectSnapshot object) implements InputRecord {
    @Override
    public long observedAtMillis() {
      return object.receiptMillis();
    }
  }

  /** A list of one kind is complete, so the kind is watched. */
  record Listed(String cluster, long observedAtMillis, String kind) implements InputRecord {}

  /** Nothing follows in this partition (replay). */
  record End(String cluster, long observedAtMillis) implements InputRecord {}

  /** News that changes nothing: the expiry of an Event, a bookmark, a tombstone. */
  record Ignored(String cluster, long observedAtMillis) implements InputRecord {}
}
