package io.kspan.topology.wire;

import io.kspan.topology.model.Lineage;
import io.kspan.topology.model.Mention;
import io.kspan.topology.model.ObjectReference;
import java.util.List;

/**
 * A record of {@code k8s.lineage}: what every instance must know of every object. New kinds come
 * last in {@code permits}, whose order is the format: without it, the order is that in which the
 * compiler happens to meet them.
 */
public sealed interface LineageRecord
    permits LineageRecord.Known,
        LineageRecord.Mentioned,
        LineageRecord.FirstEvents,
        LineageRecord.Watermark,
        LineageRecord.WatchedKind {

  /** An object that was seen. */
  record Known(String cluster, Lineage lineage) implements LineageRecord {}

  /** A cause names {@code named}. */
  record Mentioned(String cluster, ObjectReference named, Mention mention)
      implements LineageRecord {}

  /**
   * Events about an object that nobody has seen: each is earlier than all that were received before
   * it.
   */
  record FirstEvents(String cluster, String uid, ObjectReference reference, List<Sighting> events)
      implements LineageRecord {}

  /** When an event was received and when it happened. */
  record Sighting(long receiptMillis, long timeNanos) {}

  /**
   * Task {@code task} has read all input that was received up to {@code millis}, or has decided all
   * of it: the key says which.
   */
  record Watermark(int task, long millis) implements LineageRecord {}

  /**
   * The connector watches {@code kind}, so its objects can be waited for. Under the key of a list:
   * the list that says so, for whoever has objects of its scope.
   *
   * @param sinceMillis when that was received
   * @param group of the listed kind
   * @param namespace that was listed, empty for all
   * @param startedMillis when the list began; 0 if no list is told
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
