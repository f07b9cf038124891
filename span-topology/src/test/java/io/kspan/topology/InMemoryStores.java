package io.kspan.topology;

import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;

/** Stores for processors that are tested without Kafka Streams. Stateless. */
public final class InMemoryStores {
  private InMemoryStores() {}

  /** An empty store that a processor finds in {@code context}. */
  public static <K, V> KeyValueStore<K, V> open(
      MockProcessorContext<?, ?> context, String name, Serde<K> keys, Serde<V> values) {
    KeyValueStore<K, V> store = new MapStore<>(name, keys, values);
    context.addStateStore(store);
    return store;
  }
}
