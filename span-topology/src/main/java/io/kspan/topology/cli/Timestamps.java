package io.kspan.topology.cli;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import org.apache.kafka.common.config.ConfigException;

/** Reads the times of options. Stateless. */
final class Timestamps {
  private Timestamps() {}

  /** The milliseconds since 1970 of an RFC 3339 {@code time}; null is refused, too. */
  static long millis(String option, String time) {
    if (time == null) {
      throw new ConfigException(option + " is missing: a time such as 2026-11-20T20:00:00Z");
    }
    try {
      return OffsetDateTime.parse(time).toInstant().toEpochMilli();
    } catch (DateTimeException | ArithmeticException e) {
      throw new ConfigException(
          option + " '" + time + "' is no RFC 3339 time such as 2026-11-20T20:00:00Z");
    }
  }
}
