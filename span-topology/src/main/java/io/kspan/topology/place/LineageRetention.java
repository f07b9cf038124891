package io.kspan.topology.place;

import io.kspan.topology.wire.SortableStamp;
import java.util.function.BiConsumer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * When to forget what this task has written to the lineage topic, so that every entry of it has a
 * maximum age. Sole owner of the store {@code lineage-retention}.
 *
 * <p>Called by the placing processor on its stream thread.
 */
final class LineageRetention {
  private static final int BUDGET = 1000;

  private final KeyValueStore<String, String> store;
  // Nothing is due before: an iterator that starts here does not step over what has been deleted.
  private String first = "";

  LineageRetention(KeyValueStore<String, String> store) {
    this.store = store;
  }

  /**
   * Has {@code lineageKey} forgotten at {@code millis}.
   *
   * @param objectKey the object to forget with it, empty if there is none
   */
  void schedule(long millis, String lineageKey, String objectKey) {
    String key = SortableStamp.of(millis) + lineageKey;
    store.put(key, objectKey);
    if (key.compareTo(first) < 0) {
      first = key;
    }
  }

  /**
   * Passes what is due at {@code millis} to {@code forget} (lineage key, object key), a bounded
   * number at a time.
   *
   * @return whether more is due
   */
  boolean due(long millis, BiConsumer<String, String> forget) {
    String end = SortableStamp.of(millis);
    if (first.compareTo(end) >= 0) {
      return false;
    }
    try (KeyValueIterator<String, String> entries = store.range(first, null)) {
      for (int i = 0; entries.hasNext(); i++) {
        KeyValue<String, String> entry = entries.next();
        first = entry.key;
        boolean due = entry.key.compareTo(end) < 0;
        if (i == BUDGET || !due) {
          return due;
        }
        forget.accept(entry.key.substring(SortableStamp.LENGTH), entry.value);
        store.delete(entry.key);
      }
    }
    // Greater than every key, until the next is scheduled.
    first = "~";
    return false;
  }
}
