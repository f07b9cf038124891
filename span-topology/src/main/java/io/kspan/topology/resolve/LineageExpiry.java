package io.kspan.topology.resolve;

import io.kspan.topology.wire.SortableStamp;
import java.util.function.BiConsumer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * When to forget what was written to the lineage topic: every entry of it has a maximum age.
 *
 * <p>Not thread-safe.
 */
public final class LineageExpiry {
  private static final int BUDGET = 1000;

  // Index has its own view of the store: what it schedules in the past is found then.
  private static final int LOOKS_PER_WHOLE_LOOK = 256;

  private final KeyValueStore<String, String> store;
  private String forgotten;
  private int looks;

  /** Over the task's store. */
  public LineageExpiry(KeyValueStore<String, String> store) {
    this.store = store;
  }

  /**
   * Has {@code lineageKey} forgotten at {@code millis}.
   *
   * @param localKey what else to forget, empty if nothing
   */
  public void schedule(long millis, String lineageKey, String localKey) {
    store.put(SortableStamp.of(millis) + lineageKey, localKey);
  }

  /**
   * Hands what is due at {@code millis} to {@code forget} (lineage key, local key), a bounded
   * number at a time.
   */
  void due(long millis, BiConsumer<String, String> forget) {
    String end = SortableStamp.of(millis);
    String from = looks++ % LOOKS_PER_WHOLE_LOOK == 0 ? null : forgotten;
    // What was deleted before it would have to be skipped one by one.
    try (KeyValueIterator<String, String> entries = store.range(from, end)) {
      for (int i = 0; i < BUDGET && entries.hasNext(); i++) {
        KeyValue<String, String> entry = entries.next();
        forget.accept(entry.key.substring(SortableStamp.LENGTH), entry.value);
        store.delete(entry.key);
        forgotten = entry.key;
      }
    }
  }
}
