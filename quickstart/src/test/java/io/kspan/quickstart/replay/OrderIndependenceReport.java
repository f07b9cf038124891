package io.kspan.quickstart.replay;

import io.kspan.quickstart.replay.Pipeline.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What was run and how many different outputs came of it, as a table for people.
 *
 * <p>Thread-safe.
 */
final class OrderIndependenceReport {

  private static final int SHOWN = 200;

  private final Map<String, List<Run>> runs = new LinkedHashMap<>();
  private final Map<String, List<String>> first = new HashMap<>();

  private record Run(Shape shape, boolean same, long traces, long spans, Duration duration) {}

  /**
   * How {@code lines} differ from the first that were given for {@code comparable}; empty if they
   * do not.
   */
  synchronized String differenceFromFirst(String comparable, List<String> lines) {
    List<String> expected = first.computeIfAbsent(comparable, key -> lines);
    if (expected.equals(lines)) {
      return "";
    }
    for (int i = 0; i < Math.min(expected.size(), lines.size()); i++) {
      if (!expected.get(i).equals(lines.get(i))) {
        return difference(expected.get(i), lines.get(i));
      }
    }
    return "%d instead of %d requests".formatted(lines.size(), expected.size());
  }

  private static String difference(String expected, String line) {
    int at = 0;
    while (at < Math.min(expected.length(), line.length())
        && expected.charAt(at) == line.charAt(at)) {
      at++;
    }
    return "expected %s but was %s".formatted(around(at, expected), around(at, line));
  }

  private static String around(int at, String line) {
    return line.substring(Math.max(0, at - SHOWN), Math.min(line.length(), at + SHOWN));
  }

  /** Notes one run. */
  synchronized void add(
      String capture, String mode, Shape shape, SpanLog log, boolean same, Duration took) {
    long traces = log.spans().map(span -> span.getTraceId()).distinct().count();
    runs.computeIfAbsent(capture + " | " + mode, key -> new ArrayList<>())
        .add(new Run(shape, same, traces, log.spans().count(), took));
  }

  /** Writes {@link #table()} into {@code file}. */
  void write(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, table());
  }

  /** A row per capture and mode. */
  synchronized String table() {
    StringBuilder table = new StringBuilder();
    table.append(
        "| capture | mode | partitions x instances | runs | traces | spans | differing runs | s per run |\n");
    table.append("|---|---|---|---|---|---|---|---|\n");
    runs.forEach((key, all) -> table.append(row(key, all)));
    return table.toString();
  }

  private static String row(String key, List<Run> all) {
    double seconds =
        all.stream().mapToLong(r -> r.duration().toMillis()).average().orElse(0) / 1000;
    return String.format(
        Locale.ROOT,
        "| %s | %s | %d | %s | %s | %d | %.1f |\n",
        key,
        values(all, Run::shape),
        all.size(),
        values(all, Run::traces),
        values(all, Run::spans),
        all.stream().filter(run -> !run.same()).count(),
        seconds);
  }

  private static String values(List<Run> all, Function<Run, Object> value) {
    return all.stream()
        .map(value)
        .map(String::valueOf)
        .distinct()
        .sorted()
        .collect(Collectors.joining(", "));
  }
}
