package io.kspan.topology.doctor;

import io.kspan.topology.waterfall.HumanDuration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Pieces of findings. Stateless. */
final class Text {
  private Text() {}

  /** {@code 3.4 s}; negative counts as nothing. */
  static String millis(long millis) {
    return HumanDuration.format(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  /** Behind a sentence about a topic. */
  static String newest(Optional<Long> newestMillis, long nowMillis) {
    return newestMillis
        .map(millis -> "; the newest is from " + millis(nowMillis - millis) + " ago")
        .orElse("");
  }
}
