package io.kspan.topology.gather;

import io.kspan.topology.model.Cluster;
import io.kspan.topology.wire.GatherItem;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Since when the UID of which cluster is known.
 *
 * <p>Not thread-safe.
 */
final class ClusterUids {
  private static final char SEPARATOR = '\u0000';

  private final KeyValueStore<String, Long> store;

  ClusterUids(KeyValueStore<String, Long> store) {
    this.store = store;
  }

  void add(GatherItem.ClusterUid item) {
    String key = item.cluster() + SEPARATOR + item.uid();
    Long since = store.get(key);
    if (since == null || item.sinceMillis() < since) {
      store.put(key, item.sinceMillis());
    }
  }

  /** The cluster with all its UIDs: only one that was built anew has several. */
  Cluster of(String name) {
    SortedMap<Long, String> uids = new TreeMap<>();
    String prefix = name + SEPARATOR;
    try (KeyValueIterator<String, Long> entries =
        store.prefixScan(prefix, new StringSerializer())) {
      while (entries.hasNext()) {
        KeyValue<String, Long> entry = entries.next();
        uids.put(entry.value, entry.key.substring(prefix.length()));
      }
    }
    return new Cluster(name, uids);
  }
}
