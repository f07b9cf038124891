package io.kspan.topology.resolve;

import io.kspan.topology.wire.GatherItem;
import io.kspan.topology.wire.LineageRecord;

/** What resolve sends on. */
public sealed interface Resolved {

  /** To the lineage topic; a null record forgets the key. */
  record ToLineage(LineageRecord record) implements Resolved {}

  /** To the gather partition of the root. */
  record ToGather(GatherItem item) implements Resolved {}
}
