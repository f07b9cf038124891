package io.kspan.topology.gather;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * When to look at which root again, in the order of time.
 *
 * <p>Not thread-safe.
 */
final class Timers {
  private static final int STAMP_LENGTH = 16;

  private final KeyValueStore<String, byte[]> store;

  Timers(KeyValueStore<String, byte[]> store) {
    this.store = store;
  }

  void set(long millis, String rootKey) {
    store.put(key(millis, rootKey), new byte[0]);
  }

  void cancel(long millis, String rootKey) {
    if (millis != RootMeta.NO_TIMER) {
      store.delete(key(millis, rootKey));
    }
  }

  /** At most {@code limit} roots whose time has come. */
  List<String> due(long nowMillis, int limit) {
    List<String> due = new ArrayList<>();
    try (KeyValueIterator<String, byte[]> entries = store.all()) {
      while (entries.hasNext() && due.size() < limit) {
        String key = entries.next().key;
        if (Long.parseLong(key, 0, STAMP_LENGTH, 16) > nowMillis) {
          break;
        }
        due.add(key.substring(STAMP_LENGTH));
      }
    }
    return due;
  }

  private static String key(long millis, String rootKey) {
    return "%016x".formatted(Math.max(0, millis)) + rootKey;
  }
}
