package io.kspan.topology.wire;

import io.kspan.topology.model.Lineage;
import io.kspan.topology.model.Mention;
import io.kspan.topology.model.ObjectReference;
import java.util.List;

/**
 * A record of {@code k8s.lineage}: what every instance must know of every object. The order of
 * declaration is part of the format.
 */
public sealed interface LineageRecord {

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

  /** The connector watches {@code kind}, so its objects can be waited for. */
  record WatchedKind(String cluster, String kind, long sinceMillis) implements LineageRecord {}
}
