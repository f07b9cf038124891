package io.kspan.topology.gather;

import io.kspan.topology.wire.SortableStamp;
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
  // After every key, which begins with digits.
  private static final String NONE_IS_SET = "~";

  private final KeyValueStore<String, byte[]> store;
  // No earlier timer is set; null if that is not known.
  private String first;

  Timers(KeyValueStore<String, byte[]> store) {
    this.store = store;
  }

  void set(long millis, String rootKey) {
    String key = key(millis, rootKey);
    store.put(key, new byte[0]);
    if (first != null && key.compareTo(first) < 0) {
      first = key;
    }
  }

  void cancel(long millis, String rootKey) {
    if (millis != RootMeta.NO_TIMER) {
      store.delete(key(millis, rootKey));
    }
  }

  /** Takes out at most {@code limit} roots whose time has come. */
  List<String> takeDue(long nowMillis, int limit) {
    List<String> due = new ArrayList<>();
    // From the first that may be left: what was deleted before it would have to be skipped one by
    // one.
    try (KeyValueIterator<String, byte[]> entries = store.range(first, null)) {
      first = NONE_IS_SET;
      while (entries.hasNext()) {
        String key = entries.next().key;
        if (due.size() == limit || SortableStamp.read(key) > nowMillis) {
          first = key;
          break;
        }
        due.add(key.substring(SortableStamp.LENGTH));
        store.delete(key);
      }
    }
    return due;
  }

  private static String key(long millis, String rootKey) {
    return SortableStamp.of(millis) + rootKey;
  }
}
