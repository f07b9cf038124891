package io.kspan.topology.cli;

import io.kspan.topology.history.ReplayRange;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.apache.kafka.common.config.ConfigException;
import picocli.CommandLine.Option;

/** What the commands that replay a range of topics share. For one thread. */
final class RangeOptions {
  private static final int NAME_LENGTH = 8;

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description = "Traces of topics from here on, such as 2026-11-20T20:00:00Z.")
  private String from;

  @Option(
      names = "--to",
      paramLabel = "TIME",
      description = "Traces of topics that begin before it. Default: all there are.")
  private String to;

  boolean areGiven() {
    return from != null || to != null;
  }

  /**
   * The range of {@code --from} and {@code --to}.
   *
   * @param cluster null for all
   * @param namespace of the root; null for all
   */
  ReplayRange range(String cluster, String namespace) {
    return new ReplayRange(
        millis("--from", from),
        to == null ? Long.MAX_VALUE : millis("--to", to),
        cluster,
        namespace);
  }

  @Override
  public String toString() {
    return "from " + from + (to == null ? "" : " to " + to);
  }

  /** Part of the names of temporary topics and groups. */
  static String randomName() {
    return UUID.randomUUID().toString().substring(0, NAME_LENGTH);
  }

  /** The milliseconds since 1970 of an RFC 3339 {@code time}; null is refused, too. */
  private static long millis(String option, String time) {
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
