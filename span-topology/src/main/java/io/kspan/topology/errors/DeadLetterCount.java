package io.kspan.topology.errors;

import io.kspan.topology.ops.CountBy;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * Where the handlers count dead letters. Kafka Streams makes them from class names, so the counter
 * comes with the settings.
 */
public final class DeadLetterCount {
  /** Input that cannot be read. */
  static final String UNREADABLE = "unreadable";

  /** What a processor failed at. */
  static final String FAILED = "failed";

  /** Key of the counters, a {@link CountBy} reason, among the settings of Kafka Streams. */
  public static final String CONFIG = "kspan.dead.letters.counter";

  private DeadLetterCount() {}

  /** The counter in {@code settings}; one that nobody reads if there is none. */
  @SuppressWarnings("unchecked") // Nobody else knows the key.
  static LongAdder of(Map<String, ?> settings, String reason) {
    return settings.get(CONFIG) instanceof CountBy<?> counters
        ? ((CountBy<String>) counters).of(reason)
        : new LongAdder();
  }
}
