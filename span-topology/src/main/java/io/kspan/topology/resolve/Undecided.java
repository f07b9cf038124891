package io.kspan.topology.resolve;

import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Waiting items that could not be decided when they were asked, and when to ask again: the longer
 * one has waited, the less often. When an item is asked does not influence what is decided, so this
 * is in memory only.
 *
 * <p>Not thread-safe.
 */
final class Undecided {
  private static final long STEP_MILLIS = 100;
  // An item whose owner turns up after a second is decided a quarter of a second later.
  private static final int SHARE = 4;

  private final long windowMillis;
  private final NavigableMap<String, Long> askAtMillis = new TreeMap<>();

  /**
   * Nothing yet.
   *
   * @param windowMillis after which every item can be decided
   */
  Undecided(long windowMillis) {
    this.windowMillis = windowMillis;
  }

  /** Notes an item that nobody has asked yet. */
  void add(String key) {
    askAtMillis.put(key, Long.MIN_VALUE);
  }

  /** Notes that an item could not be decided by what was received up to {@code knownMillis}. */
  void postpone(String key, long receiptMillis, long knownMillis) {
    long pause = Math.max(STEP_MILLIS, (knownMillis - receiptMillis) / SHARE);
    askAtMillis.put(key, Math.min(receiptMillis + windowMillis, knownMillis + pause));
  }

  void remove(String key) {
    askAtMillis.remove(key);
  }

  /** At most {@code limit} items to ask now, the oldest first. */
  List<String> due(long knownMillis, int limit) {
    return askAtMillis.entrySet().stream()
        .filter(e -> e.getValue() <= knownMillis)
        .limit(limit)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The oldest, null if there is none. */
  String first() {
    return askAtMillis.isEmpty() ? null : askAtMillis.firstKey();
  }
}
