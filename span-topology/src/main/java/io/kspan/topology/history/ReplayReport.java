package io.kspan.topology.history;

import java.time.Duration;
import java.util.Locale;

/**
 * The result of a replay in numbers. {@code cut} traces are marked; {@code exported} counts
 * acknowledged spans, -1 without export; {@code refused} counts requests.
 */
public record ReplayReport(
    long records,
    long traces,
    long spans,
    long cut,
    long deadLetters,
    long exported,
    long refused,
    Duration duration) {

  /** One line for people. */
  public String summary() {
    String refusals = refused == 0 ? "" : ", " + count(refused, "request") + " refused";
    return "%s read, %s with %s%s, %s%s; %s"
        .formatted(
            count(records, "record"),
            count(traces, "trace"),
            count(spans, "span"),
            cut == 0 ? "" : " (%d cut by the range)".formatted(cut),
            count(deadLetters, "dead letter"),
            exported < 0 ? "" : ", " + count(exported, "span") + " exported" + refusals,
            String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0));
  }

  private static String count(long number, String noun) {
    return String.format(Locale.ROOT, "%,d %s%s", number, noun, number == 1 ? "" : "s");
  }
}
