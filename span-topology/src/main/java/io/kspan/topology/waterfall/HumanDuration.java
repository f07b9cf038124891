package io.kspan.topology.waterfall;

import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Durations for people: {@code 12 ms}, {@code 3.4 s}, {@code 2 m 05 s}; at most 9 columns. */
public final class HumanDuration {
  private static final long MICROS_PER_MILLI = 1_000;
  private static final long SECONDS_PER_HOUR = 3_600;
  private static final long HOURS_PER_DAY = 24;

  private HumanDuration() {}

  /** The same for milliseconds. */
  public static String ofMillis(long millis) {
    return format(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  /** Rounds half up to what is shown, so that 59.96 s is a minute; negative counts as nothing. */
  public static String format(long nanos) {
    long micros = Math.max(0, nanos) / 1_000;
    if (micros == 0) {
      return "0 ms";
    }
    if (micros < MICROS_PER_MILLI - 50) {
      return String.format(Locale.ROOT, "%.1f ms", Math.max(0.1, micros / 1_000.0));
    }
    long millis = (micros + 500) / 1_000;
    if (millis < 1_000) {
      return millis + " ms";
    }
    if (millis < 59_950) {
      return String.format(Locale.ROOT, "%.1f s", millis / 1_000.0);
    }
    return wholeSeconds((millis + 500) / 1_000);
  }

  private static String wholeSeconds(long seconds) {
    if (seconds < SECONDS_PER_HOUR) {
      return String.format(Locale.ROOT, "%d m %02d s", seconds / 60, seconds % 60);
    }
    long hours = seconds / SECONDS_PER_HOUR;
    if (hours < HOURS_PER_DAY) {
      return String.format(Locale.ROOT, "%d h %02d m", hours, seconds % SECONDS_PER_HOUR / 60);
    }
    long days = hours / HOURS_PER_DAY;
    return days < 100
        ? String.format(Locale.ROOT, "%d d %02d h", days, hours % HOURS_PER_DAY)
        : days + " d";
  }
}
