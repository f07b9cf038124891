package io.kspan.topology.wire;

import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.PlacedOccurrence;

/** What placing sends to gather, keyed by the root. */
public sealed interface GatherItem extends PlaceOutput
    permits GatherItem.Occurrence,
        GatherItem.Snapshot,
        GatherItem.Watermark,
        GatherItem.Deletion,
        GatherItem.Received {

  /** An occurrence with its owners. */
  record Occurrence(PlacedOccurrence placed) implements GatherItem {}

  /** A change of an object of the tree. */
  record Snapshot(ObjectSnapshot object) implements GatherItem {}

  /**
   * All items that were received up to {@code millis} lie before this one in gather's partition
   * number {@code partition}.
   */
  record Watermark(int partition, long millis) implements GatherItem {}

  /** An object of the tree counts as deleted at {@code millis}; its deletion was not received. */
  record Deletion(String uid, long millis) implements GatherItem {}

  /**
   * An item with the bytes that it was read from, so that it is stored without being encoded again.
   */
  record Received(GatherItem item, byte[] bytes) implements GatherItem {}
}
