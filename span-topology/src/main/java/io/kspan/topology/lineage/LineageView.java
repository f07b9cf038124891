package io.kspan.topology.lineage;

import io.kspan.topology.model.Delivery;
import io.kspan.topology.model.Lineage;
import io.kspan.topology.model.Mention;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectReference;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is known of the objects of one cluster. It may hold what was received later than the moment
 * of a decision, so each rule states up to which receipt it reads.
 */
public interface LineageView {

  /** The object with this UID. */
  Optional<Lineage> byUid(String uid);

  /** Every incarnation of a reference, in any order. */
  List<Lineage> byReference(ObjectReference reference);

  /** Causes that name this reference, in any order. */
  List<Mention> mentions(ObjectReference reference);

  /**
   * The earliest event time, in nanoseconds, of the events received up to {@code untilMillis} about
   * an object without snapshot.
   */
  OptionalLong earliestEvent(ObjectIdentity object, long untilMillis);

  /**
   * The changes of a delivery that were received in a range of time, both ends included, in any
   * order.
   */
  List<Delivery.Change> deliveries(String delivery, long fromMillis, long untilMillis);
}
