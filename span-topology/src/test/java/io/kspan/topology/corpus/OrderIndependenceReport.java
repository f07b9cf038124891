package io.kspan.topology.corpus;

import io.kspan.topology.corpus.OrderIndependenceIT.Shape;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
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

  private final Map<String, List<Run>> runs = new LinkedHashMap<>();
  private final Map<String, List<ExportTraceServiceRequest>> first = new HashMap<>();

  private record Run(Shape shape, boolean same, long traces, long spans, Duration duration) {}

  /**
   * How {@code requests} differ from the first that were given for {@code comparable}; empty if
   * they do not.
   */
  synchronized String differenceFromFirst(
      String comparable, List<ExportTraceServiceRequest> requests) {
    List<ExportTraceServiceRequest> expected = first.computeIfAbsent(comparable, key -> requests);
    if (expected.equals(requests)) {
      return "";
    }
    for (int i = 0; i < Math.min(expected.size(), requests.size()); i++) {
      if (!expected.get(i).equals(requests.get(i))) {
        return "expected %s but was %s".formatted(expected.get(i), requests.get(i));
      }
    }
    return "%d instead of %d requests".formatted(requests.size(), expected.size());
  }

  /** Notes one run. */
  synchronized void add(
      String capture, String mode, Shape shape, List<Span> spans, boolean same, Duration took) {
    long traces = spans.stream().map(Span::getTraceId).distinct().count();
    runs.computeIfAbsent(capture + " | " + mode, key -> new ArrayList<>())
        .add(new Run(shape, same, traces, spans.size(), took));
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
