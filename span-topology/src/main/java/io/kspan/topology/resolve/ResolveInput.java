package io.kspan.topology.resolve;

import io.kspan.topology.envelope.InputRecord;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.wire.LineageRecord;

/** What reaches resolve: the events topic as read, and what index made of the objects topic. */
public sealed interface ResolveInput {

  /** A record of the events topic. */
  record Event(InputRecord record) implements ResolveInput {}

  /**
   * A version of an object.
   *
   * @param isNews whether it changes something for its root, as far as is known
   */
  record ObjectVersion(String cluster, ObjectSnapshot object, boolean isNews)
      implements ResolveInput {}

  /** A version was judged too early: another turned up that was received before it. */
  record Reassessed(String cluster, String uid, long receiptMillis, long sequence, boolean isNews)
      implements ResolveInput {}

  /** An object that was to count as deleted at {@code goneMillis} has been received again. */
  record Found(String cluster, ObjectIdentity object, long goneMillis) implements ResolveInput {}

  /** A record for the lineage topic. */
  record LineageNews(String key, LineageRecord record) implements ResolveInput {}
}
