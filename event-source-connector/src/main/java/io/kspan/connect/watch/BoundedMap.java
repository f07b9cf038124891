package io.kspan.connect.watch;

import java.util.LinkedHashMap;
import java.util.Map;

/** A map of bounded size that evicts the entry that was put longest ago. One thread only. */
final class BoundedMap<K, V> extends LinkedHashMap<K, V> {
  private static final long serialVersionUID = 1L;

  private final int capacity;

  BoundedMap(int capacity) {
    this.capacity = capacity;
  }

  /** Puts the entry as the newest one, also if the key is present. */
  @Override
  public V put(K key, V value) {
    V previous = remove(key);
    super.put(key, value);
    return previous;
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
    return size() > capacity;
  }
}
