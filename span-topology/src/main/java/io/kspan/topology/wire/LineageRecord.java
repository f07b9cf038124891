package io.kspan.topology.wire;

import io.kspan.topology.model.Delivery;
import io.kspan.topology.model.Lineage;
import io.kspan.topology.model.Mention;
import io.kspan.topology.model.ObjectReference;
import java.util.List;

/**
 * A record of {@code k8s.lineage}: what every instance must know of every object. New kinds come
 * last in {@code permits}, whose order is the format: without it, the order is that in which the
 * compiler happens to meet them.
 */
public sealed interface LineageRecord extends PlaceOutput
    permits LineageRecord.Known,
        LineageRecord.Mentioned,
        LineageRecord.FirstEvents,
        LineageRecord.Watermarks,
        LineageRecord.WatchedKind,
        LineageRecord.Delivered {

  /** A change that belongs to the delivery that the key names. */
  record Delivered(Delivery.Change change) implements LineageRecord {}

  /** An object that was seen. */
  record Known(String cluster, Lineage lineage) implements LineageRecord {}

  /** A cause names {@code named}. */
  record Mentioned(String cluster, ObjectReference named, Mention mention)
      implements LineageRecord {}

  /**
   * Events about an object without snapshot: each is earlier than all that were received before it.
   */
  record FirstEvents(String cluster, String uid, ObjectReference reference, List<Sighting> events)
      implements LineageRecord {}

  /** When an event was received and when it happened. */
  record Sighting(long receiptMillis, long timeNanos) {}

  /**
   * How far a task has come; the key says which. A task that re-keys says only what it has read.
   *
   * @param source number of the task
   * @param read up to when it has read its input and published the lists in it
   * @param complete up to when it has published everything that its input says
   * @param decided up to when it has decided everything and sent it to gather
   * @param newestMillis receipt of the newest record that it has read
   */
  record Watermarks(int source, long read, long complete, long decided, long newestMillis)
      implements LineageRecord {}

  /**
   * The connector watches {@code kind}, so its objects can be waited for. Under the key of a list:
   * the complete list that says so, for all tasks that have objects of its scope.
   *
   * @param sinceMillis when that was received
   * @param group of the listed kind
   * @param namespace that was listed, empty for all
   * @param startedMillis when the list began; 0 under the key of a kind
   */
  record WatchedKind(
      String cluster,
      String kind,
      long sinceMillis,
      String group,
      String namespace,
      long startedMillis)
      implements LineageRecord {

    /** A kind that is watched, whatever was listed. */
    public WatchedKind(String cluster, String kind, long sinceMillis) {
      this(cluster, kind, sinceMillis, "", "", 0);
    }
  }
}
