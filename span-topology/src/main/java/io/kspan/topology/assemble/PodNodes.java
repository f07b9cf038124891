package io.kspan.topology.assemble;

import io.kspan.topology.model.ObjectSnapshot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which node each pod of a tree runs on.
 *
 * <p>Immutable after construction.
 */
final class PodNodes {
  private final Map<String, String> byUid = new HashMap<>();

  PodNodes(List<ObjectSnapshot> snapshots) {
    for (ObjectSnapshot snapshot : snapshots) {
      if (!snapshot.nodeName().isEmpty()) {
        byUid.put(snapshot.uid(), snapshot.nodeName());
      }
    }
  }

  /** Empty if {@code uid} is no pod, or none that was seen on a node. */
  String of(String uid) {
    return byUid.getOrDefault(uid, "");
  }
}
