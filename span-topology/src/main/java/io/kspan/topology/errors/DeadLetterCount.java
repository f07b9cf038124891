package io.kspan.topology.errors;

import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * Where the handlers count dead letters. Kafka Streams makes them from class names, so the counter
 * comes with the settings.
 */
public final class DeadLetterCount {
  /** Key of the counter, a {@link LongAdder}, among the settings of Kafka Streams. */
  public static final String CONFIG = "kspan.dead.letters.counter";

  private DeadLetterCount() {}

  /** The counter in {@code settings}; one that nobody reads if there is none. */
  static LongAdder of(Map<String, ?> settings) {
    return settings.get(CONFIG) instanceof LongAdder counter ? counter : new LongAdder();
  }
}
