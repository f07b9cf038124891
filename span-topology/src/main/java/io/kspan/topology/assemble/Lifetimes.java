package io.kspan.topology.assemble;

import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectSnapshot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * When each object of a tree was deleted: the receipt of its {@code DELETED}, since
 * deletionTimestamp lies in the future (trace-model 3.5).
 */
final class Lifetimes {
  private final Map<String, Long> deletedNanos = new HashMap<>();

  Lifetimes(List<ObjectSnapshot> snapshots) {
    for (ObjectSnapshot snapshot : snapshots) {
      if (snapshot.deleted()) {
        deletedNanos.merge(snapshot.uid(), Times.ofMillis(snapshot.receiptMillis()), Math::min);
      }
    }
  }

  /** Never if it was not deleted. */
  long deletedNanos(ObjectIdentity object) {
    return deletedNanos.getOrDefault(object.uid(), Times.NEVER);
  }
}
