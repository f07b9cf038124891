package io.kspan.topology.simulation;

import io.kspan.topology.MapStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;

/**
 * The stores of one task, in memory, behind the same serdes as in the topology.
 *
 * <p>Not thread-safe.
 */
final class TaskStores {
  private final List<MapStore<?, ?>> stores = new ArrayList<>();

  /** Adds an empty store. */
  <K, V> TaskStores with(String name, Serde<K> keys, Serde<V> values) {
    stores.add(new MapStore<>(name, keys, values));
    return this;
  }

  /** Fills all with what {@code entries} say, and lets {@code contexts} see them. */
  void open(Map<String, Map<Bytes, byte[]>> entries, MockProcessorContext<?, ?>... contexts) {
    for (MapStore<?, ?> store : stores) {
      store.content().putAll(entries.getOrDefault(store.name(), Map.of()));
      for (MockProcessorContext<?, ?> context : contexts) {
        context.addStateStore(store);
      }
    }
  }

  /** What is in them. */
  Map<String, Map<Bytes, byte[]>> copy() {
    Map<String, Map<Bytes, byte[]>> copies = new HashMap<>();
    stores.forEach(store -> copies.put(store.name(), new TreeMap<>(store.content())));
    return copies;
  }
}
