package io.kspan.topology.place;

import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.wire.SortableStamp;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Rule 1.2: which occurrences a task has seen, and with which receipt: of several copies the one
 * with the smallest receipt counts. Sole owner of the store {@code seen-occurrences}.
 *
 * <p>Called by the placing processor on its stream thread.
 */
final class SeenOccurrences {
  private static final int BUDGET = 500;
  // After every number.
  private static final char HIGHEST = '\uffff';

  private final KeyValueStore<String, Long> store;
  private final PendingBuffer pending;
  private final long windowMillis;
  private final long countWindowMillis;
  // Where the pass over the store goes on; null between passes.
  private String cursor;
  // Nothing in the part of the store that has been passed was received before.
  private long oldestMillis = Long.MIN_VALUE;

  /**
   * Occurrences over the task's store.
   *
   * @param windowMillis how long after the first a copy counts as one
   * @param countWindowMillis how far back counts of a series are compared
   */
  SeenOccurrences(
      KeyValueStore<String, Long> store,
      PendingBuffer pending,
      long windowMillis,
      long countWindowMillis) {
    this.store = store;
    this.pending = pending;
    this.windowMillis = windowMillis;
    this.countWindowMillis = countWindowMillis;
  }

  /**
   * Whether {@code event} is to be placed: it was not seen, or only a copy that was received later
   * and still waits.
   */
  boolean isFirst(String cluster, EventOccurrence event) {
    String key = key(cluster, event);
    Long receipt = store.get(key);
    boolean remembered = receipt != null && event.receiptMillis() - receipt <= windowMillis;
    if (remembered
        && (receipt <= event.receiptMillis()
            || !pending.remove(PendingItem.occurrenceKey(cluster, event.id(), receipt)))) {
      return false;
    }
    store.put(key, event.receiptMillis());
    oldestMillis = Math.min(oldestMillis, event.receiptMillis());
    return true;
  }

  /**
   * How many occurrences the count of {@code event} jumped over since the last one that was
   * received before it (trace-model 7); independent of what has been received since. An Event that
   * expired and was made anew has another UID and goes on counting.
   */
  long unseenBefore(String cluster, EventOccurrence event) {
    long number = number(event);
    if (number <= 1) {
      return 0;
    }
    String series = series(cluster, event);
    String own = series + SortableStamp.of(number);
    long unseen = number - 1 - highestBefore(series, own, event);
    return unseen == 0 || wasHigher(series, own, key(cluster, event), event) ? 0 : unseen;
  }

  /** The highest number below its own that was received before {@code event}; 0 without one. */
  private long highestBefore(String series, String own, EventOccurrence event) {
    try (KeyValueIterator<String, Long> lower = store.reverseRange(series, own)) {
      while (lower.hasNext()) {
        KeyValue<String, Long> entry = lower.next();
        if (isBefore(entry.value, event)) {
          return SortableStamp.read(entry.key.substring(series.length()));
        }
      }
    }
    return 0;
  }

  private boolean wasHigher(String series, String own, String self, EventOccurrence event) {
    try (KeyValueIterator<String, Long> higher = store.range(own, series + HIGHEST)) {
      while (higher.hasNext()) {
        KeyValue<String, Long> entry = higher.next();
        if (!entry.key.equals(self) && isBefore(entry.value, event)) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean isBefore(long receiptMillis, EventOccurrence event) {
    long earlier = event.receiptMillis() - receiptMillis;
    return earlier >= 0 && earlier <= countWindowMillis;
  }

  /**
   * Forgets what was received before {@code millis}, a bounded number of entries at a time.
   *
   * @return whether there may be more to forget
   */
  boolean forgetBefore(long millis) {
    if (cursor == null && millis <= oldestMillis) {
      return false;
    }
    if (cursor == null) {
      oldestMillis = Long.MAX_VALUE;
      // The beginning of a pass over the whole store.
      cursor = "";
    }
    try (KeyValueIterator<String, Long> entries = store.range(cursor, null)) {
      for (int i = 0; entries.hasNext(); i++) {
        KeyValue<String, Long> entry = entries.next();
        if (i == BUDGET) {
          cursor = entry.key;
          return true;
        }
        if (entry.value < millis) {
          store.delete(entry.key);
        } else {
          oldestMillis = Math.min(oldestMillis, entry.value);
        }
      }
    }
    cursor = null;
    return false;
  }

  /** The first occurrence of a series has no count. */
  private static long number(EventOccurrence event) {
    return Math.max(1, event.count());
  }

  /** With the object: the Event that is made anew is about the same one, so in this task, too. */
  private static String series(String cluster, EventOccurrence event) {
    return cluster
        + "/"
        + event.involved()
        + "/"
        + event.namespace()
        + "/"
        + event.name()
        + "/"
        + event.firstTimeNanos()
        + "#";
  }

  /** The occurrences of a series sort by their number. */
  private static String key(String cluster, EventOccurrence event) {
    return series(cluster, event) + SortableStamp.of(number(event)) + event.id();
  }
}
