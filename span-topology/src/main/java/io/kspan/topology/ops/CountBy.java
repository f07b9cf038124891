package io.kspan.topology.ops;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * A counter for each of a few values. Thread-safe.
 *
 * @param <K> an immutable, comparable value
 */
public final class CountBy<K extends Comparable<K>> {
  private final Map<K, LongAdder> counters = new ConcurrentHashMap<>();

  /** The counter of {@code key}. */
  public LongAdder of(K key) {
    return counters.computeIfAbsent(key, k -> new LongAdder());
  }

  /** All of them. */
  public long sum() {
    return counters.values().stream().mapToLong(LongAdder::sum).sum();
  }

  Map<K, Long> sums() {
    Map<K, Long> sums = new TreeMap<>();
    counters.forEach((key, counter) -> sums.put(key, counter.sum()));
    return sums;
  }
}
