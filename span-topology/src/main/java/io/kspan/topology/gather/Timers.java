package io.kspan.topology.gather;

import io.kspan.topology.wire.SortableStamp;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * When each root is evaluated next, in the order of time.
 *
 * <p>Not thread-safe.
 */
final class Timers {
  private final KeyValueStore<String, byte[]> store;
  // No earlier timer is set: an iterator that starts here does not step over what has been deleted.
  // Null if that is not known.
  private String first;

  Timers(KeyValueStore<String, byte[]> store) {
    this.store = store;
  }

  /** An entry of the store. */
  record Timer(String key) {
    String rootKey() {
      return key.substring(SortableStamp.LENGTH);
    }
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
      // Not delete, which reads the old value.
      store.put(key(millis, rootKey), null);
    }
  }

  /**
   * The first {@code limit} timers whose time has come, in order. They stay set until {@link
   * #remove}.
   */
  List<Timer> due(long nowMillis, int limit) {
    List<Timer> due = new ArrayList<>();
    if (first != null && SortableStamp.read(first) > nowMillis) {
      return due;
    }
    try (KeyValueIterator<String, byte[]> entries = store.range(first, null)) {
      while (entries.hasNext() && due.size() < limit) {
        String key = entries.next().key;
        if (due.isEmpty()) {
          first = key;
        }
        if (SortableStamp.read(key) > nowMillis) {
          break;
        }
        due.add(new Timer(key));
      }
    }
    return due;
  }

  /** Removes the earliest timer, whose root is done. */
  void remove(Timer timer) {
    store.put(timer.key(), null);
    first = timer.key();
  }

  private static String key(long millis, String rootKey) {
    return SortableStamp.of(millis) + rootKey;
  }
}
