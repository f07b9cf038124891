package io.kspan.topology.wire;

import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.PlacedOccurrence;

/**
 * What resolve sends to gather, keyed by the root. New kinds come last in {@code permits}, whose
 * order is the format.
 */
public sealed interface GatherItem
    permits GatherItem.ClusterUid,
        GatherItem.Occurrence,
        GatherItem.Snapshot,
        GatherItem.Watermark,
        GatherItem.Gone {

  /** An occurrence with its owners. */
  record Occurrence(PlacedOccurrence placed) implements GatherItem {}

  /** A change of an object of the tree. */
  record Snapshot(ObjectSnapshot object) implements GatherItem {}

  /**
   * Everything received up to {@code millis} has been sent by resolve task {@code task}; goes to
   * every gather partition.
   *
   * @param millis {@link Long#MAX_VALUE} after the end of all input
   */
  record Watermark(int task, long millis) implements GatherItem {}

  /**
   * From {@code sinceMillis} on, the UID of {@code cluster} is known; goes to every gather
   * partition.
   */
  record ClusterUid(String cluster, String uid, long sinceMillis) implements GatherItem {}

  /** An object of the tree counts as deleted at {@code millis}; nobody saw it go. */
  record Gone(String uid, long millis) implements GatherItem {}
}
