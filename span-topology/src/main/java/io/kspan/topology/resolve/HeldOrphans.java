package io.kspan.topology.resolve;

import java.util.HashMap;
import java.util.Map;

/**
 * Counts the items that were asked and have to wait, by the kind of the object they are about.
 *
 * <p>Not thread-safe.
 */
final class HeldOrphans {
  private final Map<String, String> kinds = new HashMap<>();
  private final Map<String, Long> counts = new HashMap<>();

  void add(String key, String kind) {
    if (kinds.putIfAbsent(key, kind) == null) {
      counts.merge(kind, 1L, Long::sum);
    }
  }

  void remove(String key) {
    String kind = kinds.remove(key);
    if (kind != null) {
      // A kind that was there once is said to be none now.
      counts.merge(kind, -1L, Long::sum);
    }
  }

  Map<String, Long> byKind() {
    return Map.copyOf(counts);
  }
}
