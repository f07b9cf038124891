package io.kspan.topology.place;

import io.kspan.topology.assemble.DeliveryRules;
import io.kspan.topology.time.Publishing;
import java.util.Set;

/**
 * What placing needs of the configuration.
 *
 * @param objectsTopic that objects are read from
 * @param eventsTopic that events are read from
 * @param rekeyed whether both topics are written by a re-keying step, which says how far they reach
 * @param latenessMillis {@link Long#MAX_VALUE} if nothing is decided before the end markers
 * @param dedupeWindowMillis how long a copy of an occurrence counts as one
 * @param deletedRetentionMillis how long lineage is kept after the deletion of its object
 * @param unseenLookbackMillis how long what events say about unseen objects is kept
 * @param missedDeletionDelayMillis how long after a complete list an object that it does not
 *     contain counts as deleted; a list is kept as long
 * @param deliveryWindowMillis how long changes of one release may lie apart
 * @param boundaryKinds owners that are not climbed into: what they own is a root
 * @param watchedKinds kinds that are waited for besides those that the connector announces
 */
public record PlaceSettings(
    String objectsTopic,
    String eventsTopic,
    boolean rekeyed,
    long orphanWindowMillis,
    long latenessMillis,
    long idleGraceMillis,
    long dedupeWindowMillis,
    long deletedRetentionMillis,
    long unseenLookbackMillis,
    long missedDeletionDelayMillis,
    long deliveryWindowMillis,
    Publishing publishing,
    Set<String> boundaryKinds,
    Set<String> watchedKinds) {

  /** How long a copy counts as one; the whole log is one window. */
  long rememberedMillis() {
    return wholeLog() ? Long.MAX_VALUE : dedupeWindowMillis;
  }

  /** Which changes are one delivery. */
  DeliveryRules deliveries() {
    return new DeliveryRules(deliveryWindowMillis, dedupeWindowMillis);
  }

  /** Whether nothing is decided before everything is known. */
  boolean wholeLog() {
    return latenessMillis == Long.MAX_VALUE;
  }
}
