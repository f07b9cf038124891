package io.kspan.topology.resolve;

import io.kspan.topology.envelope.InputRecord;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.wire.LineageRecord;

/** What reaches resolve: the events topic as read, and what index made of the objects topic. */
public sealed interface ResolveInput {

  /** A record of the events topic. */
  record Event(InputRecord record) implements ResolveInput {}

  /** A version of an object that changes something for its root. */
  record ObjectNews(String cluster, ObjectSnapshot object) implements ResolveInput {}

  /** A record for the lineage topic. */
  record LineageNews(String key, LineageRecord record) implements ResolveInput {}
}
