package io.kspan.topology.gather;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * What time it is for a gather partition: the minimum over the watermarks of all resolve tasks. Its
 * own stream time is no clock, since the tasks run at different speeds in catch-up.
 *
 * <p>Not thread-safe.
 */
final class GatherClock {
  private final KeyValueStore<Integer, Long> store;
  private final int tasks;
  private final Map<Integer, Long> watermarks = new HashMap<>();

  GatherClock(KeyValueStore<Integer, Long> store, int tasks) {
    this.store = store;
    this.tasks = tasks;
    try (KeyValueIterator<Integer, Long> entries = store.all()) {
      while (entries.hasNext()) {
        KeyValue<Integer, Long> entry = entries.next();
        watermarks.put(entry.key, entry.value);
      }
    }
  }

  void advance(int task, long millis) {
    if (watermarks.getOrDefault(task, Long.MIN_VALUE) < millis) {
      watermarks.put(task, millis);
      store.put(task, millis);
    }
  }

  /**
   * {@link Long#MIN_VALUE} until every task has said something; {@link Long#MAX_VALUE} after the
   * end of all input.
   */
  long nowMillis() {
    return watermarks.size() < tasks
        ? Long.MIN_VALUE
        : watermarks.values().stream().mapToLong(Long::longValue).min().orElse(Long.MIN_VALUE);
  }
}
