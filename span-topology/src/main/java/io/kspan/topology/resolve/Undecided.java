package io.kspan.topology.resolve;

import java.util.HashMap;
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
  private final NavigableMap<String, Waiting> waiting = new TreeMap<>();
  private final Map<String, Long> heldByKind = new HashMap<>();

  /**
   * When to ask again.
   *
   * @param kind of the object that the item is about; null before it was asked
   */
  private record Waiting(long askAtMillis, String kind) {}

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
    waiting.compute(
        key, (k, before) -> new Waiting(Long.MIN_VALUE, before == null ? null : before.kind()));
  }

  /** Notes that an item could not be decided by what was received up to {@code knownMillis}. */
  void postpone(String key, String kind, long receiptMillis, long knownMillis) {
    long pause = Math.max(STEP_MILLIS, (knownMillis - receiptMillis) / SHARE);
    long askAt = Math.min(receiptMillis + windowMillis, knownMillis + pause);
    Waiting before = waiting.put(key, new Waiting(askAt, kind));
    if (before == null || before.kind() == null) {
      heldByKind.merge(kind, 1L, Long::sum);
    }
  }

  void remove(String key) {
    Waiting before = waiting.remove(key);
    if (before != null && before.kind() != null) {
      // A kind that was there once is said to be none now.
      heldByKind.merge(before.kind(), -1L, Long::sum);
    }
  }

  /** At most {@code limit} items to ask now, the oldest first. */
  List<String> due(long knownMillis, int limit) {
    return waiting.entrySet().stream()
        .filter(e -> e.getValue().askAtMillis() <= knownMillis)
        .limit(limit)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The oldest, null if there is none. */
  String first() {
    return waiting.isEmpty() ? null : waiting.firstKey();
  }

  /** How many items were asked and have to wait, by the kind of the object they are about. */
  Map<String, Long> held() {
    return Map.copyOf(heldByKind);
  }
}
