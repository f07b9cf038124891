package io.kspan.topology.resolve;

import io.kspan.topology.model.EventOccurrence;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Which occurrences a task has seen, and with which receipt: of several copies the one with the
 * smallest receipt counts (trace-model 1.2).
 *
 * <p>Not thread-safe.
 */
final class SeenOccurrences {
  private static final int BUDGET = 500;

  private final KeyValueStore<String, Long> store;
  private final WaitingRoom waiting;
  private final long windowMillis;
  private String cursor;

  SeenOccurrences(KeyValueStore<String, Long> store, WaitingRoom waiting, long windowMillis) {
    this.store = store;
    this.waiting = waiting;
    this.windowMillis = windowMillis;
  }

  /**
   * Whether {@code event} is to be placed: nobody saw it, or only a copy that was received later
   * and still waits.
   */
  boolean isFirst(String cluster, EventOccurrence event) {
    String key = cluster + "/" + event.id();
    Long receipt = store.get(key);
    boolean remembered = receipt != null && event.receiptMillis() - receipt <= windowMillis;
    if (remembered
        && (receipt <= event.receiptMillis() || !waiting.remove(cluster, event, receipt))) {
      return false;
    }
    store.put(key, event.receiptMillis());
    return true;
  }

  /** Forgets what was received before {@code millis}, a bounded number at a time. */
  void forgetBefore(long millis) {
    try (KeyValueIterator<String, Long> entries = store.range(cursor, null)) {
      cursor = null;
      for (int i = 0; entries.hasNext(); i++) {
        KeyValue<String, Long> entry = entries.next();
        if (i == BUDGET) {
          cursor = entry.key;
          return;
        }
        if (entry.value < millis) {
          store.delete(entry.key);
        }
      }
    }
  }
}
