package io.kspan.topology.place;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * When to try pending items again that could not be decided: the longer one has waited, the less
 * often. When an item is tried does not influence what is decided, so this is in memory only.
 *
 * <p>Not thread-safe.
 */
final class RetrySchedule {
  private static final long STEP_MILLIS = 100;
  // An item whose owner turns up after a second is decided a quarter of a second later.
  private static final int SHARE = 4;

  private final long windowMillis;
  private final NavigableMap<String, Retry> retries = new TreeMap<>();
  private final Map<String, Long> waitingByKind = new HashMap<>();

  /**
   * An item that waits.
   *
   * @param kind of the object that the item is about; null before the first try
   */
  private record Retry(long atMillis, String kind) {}

  /**
   * An empty schedule.
   *
   * @param windowMillis after which every item can be decided
   */
  RetrySchedule(long windowMillis) {
    this.windowMillis = windowMillis;
  }

  /**
   * Adds an item that has not been tried; it is not before the lineage watermark reaches its
   * receipt.
   */
  void add(String key, long receiptMillis) {
    retries.compute(
        key, (k, before) -> new Retry(receiptMillis, before == null ? null : before.kind()));
  }

  /** Notes that an item could not be decided by what was received up to {@code knownMillis}. */
  void postpone(String key, String kind, long receiptMillis, long knownMillis) {
    long pause = Math.max(STEP_MILLIS, (knownMillis - receiptMillis) / SHARE);
    long at = Math.min(receiptMillis + windowMillis, knownMillis + pause);
    Retry before = retries.put(key, new Retry(at, kind));
    if (before == null || before.kind() == null) {
      waitingByKind.merge(kind, 1L, Long::sum);
    }
  }

  void remove(String key) {
    Retry before = retries.remove(key);
    if (before != null && before.kind() != null) {
      // A kind that was reported once is reported as zero from then on.
      waitingByKind.merge(before.kind(), -1L, Long::sum);
    }
  }

  /** At most {@code limit} items to try now, the oldest first. */
  List<String> due(long knownMillis, int limit) {
    return retries.entrySet().stream()
        .filter(e -> e.getValue().atMillis() <= knownMillis)
        .limit(limit)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The oldest, null if there is none. */
  String first() {
    return retries.isEmpty() ? null : retries.firstKey();
  }

  /** How many items were tried and have to wait, by the kind of the object they are about. */
  Map<String, Long> waitingByKind() {
    return Map.copyOf(waitingByKind);
  }
}
