package io.kspan.topology.wire;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * A store, and in memory the decoded values that were used last. Kafka Streams' own caches hold
 * bytes, so each read of them decodes. Writes go to the store at once, so there is nothing to flush
 * and nothing to lose.
 *
 * <p>Belongs to the owner of the store, which writes it through this class only. Not thread-safe.
 *
 * @param <V> values, immutable
 */
public final class DecodedCache<V> {
  private static final int ENTRIES = 2000;
  private static final float LOAD_FACTOR = 0.75f;

  private final KeyValueStore<String, V> store;
  private final Map<String, V> recent =
      new LinkedHashMap<>(ENTRIES, LOAD_FACTOR, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
          return size() > ENTRIES;
        }
      };

  /** A cache of {@code store}, empty at first. */
  public DecodedCache(KeyValueStore<String, V> store) {
    this.store = store;
  }

  /** The value of {@code key}, null without one. */
  public V get(String key) {
    V value = recent.get(key);
    if (value == null) {
      value = store.get(key);
      if (value != null) {
        recent.put(key, value);
      }
    }
    return value;
  }

  /** Stores {@code value}. */
  public void put(String key, V value) {
    store.put(key, value);
    recent.put(key, value);
  }

  /** Removes the entry of {@code key}, if there is one. */
  public void remove(String key) {
    // Not delete, which reads and decodes the old value.
    store.put(key, null);
    recent.remove(key);
  }
}
