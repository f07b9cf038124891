package io.kspan.topology.simulation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * The stores of one task, in memory, behind the same serdes as in the topology.
 *
 * <p>Not thread-safe.
 */
final class TaskStores {
  private final Map<String, KeyValueStore<Bytes, byte[]>> contents = new LinkedHashMap<>();
  private final List<StateStore> stores = new ArrayList<>();

  /** Adds an empty store. */
  <K, V> TaskStores with(String name, Serde<K> keys, Serde<V> values) {
    KeyValueStore<Bytes, byte[]> content = Stores.inMemoryKeyValueStore(name).get();
    contents.put(name, content);
    stores.add(
        Stores.keyValueStoreBuilder(new Content(name, content), keys, values)
            .withLoggingDisabled()
            .build());
    return this;
  }

  /** Opens all with what {@code entries} say, and lets {@code contexts} see them. */
  void open(
      Map<String, List<KeyValue<Bytes, byte[]>>> entries, MockProcessorContext<?, ?>... contexts) {
    for (StateStore store : stores) {
      store.init(contexts[0].getStateStoreContext(), store);
      entries
          .getOrDefault(store.name(), List.of())
          .forEach(e -> contents.get(store.name()).put(e.key, e.value));
      for (MockProcessorContext<?, ?> context : contexts) {
        context.addStateStore(store);
      }
    }
  }

  /** What is in them. */
  Map<String, List<KeyValue<Bytes, byte[]>>> copy() {
    Map<String, List<KeyValue<Bytes, byte[]>>> copies = new LinkedHashMap<>();
    contents.forEach(
        (name, content) -> {
          List<KeyValue<Bytes, byte[]>> entries = new ArrayList<>();
          try (KeyValueIterator<Bytes, byte[]> all = content.all()) {
            all.forEachRemaining(entries::add);
          }
          copies.put(name, entries);
        });
    return copies;
  }

  private record Content(String name, KeyValueStore<Bytes, byte[]> store)
      implements KeyValueBytesStoreSupplier {
    @Override
    public KeyValueStore<Bytes, byte[]> get() {
      return store;
    }

    @Override
    public String metricsScope() {
      return "in-memory";
    }
  }
}
