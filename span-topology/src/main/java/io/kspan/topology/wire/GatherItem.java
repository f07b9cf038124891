package io.kspan.topology.wire;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.PlacedOccurrence;

/** What resolve sends to gather, keyed by the root. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "@t")
@JsonSubTypes({
  @JsonSubTypes.Type(value = GatherItem.Occurrence.class, name = "e"),
  @JsonSubTypes.Type(value = GatherItem.Snapshot.class, name = "s"),
  @JsonSubTypes.Type(value = GatherItem.Watermark.class, name = "w"),
  @JsonSubTypes.Type(value = GatherItem.ClusterUid.class, name = "c")
})
public sealed interface GatherItem {

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
}
