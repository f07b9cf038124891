package io.kspan.topology.corpus;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.GoldenFile;
import io.kspan.topology.model.FinishedSpan;
import io.kspan.topology.model.FinishedTrace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * docs/corpus-traces.md is generated from the recordings; rewritten only with -Dgolden.update=true.
 */
class CorpusTracesPageTest {
  private static final Path PAGE = Path.of("../docs/corpus-traces.md");
  private static final Path INTRODUCTION =
      Path.of("src/test/resources/corpus-traces-introduction.md");
  private static final double NANOS_PER_SECOND = 1e9;

  @Test
  void shouldListTheTracesOfTheRecordings() throws IOException {
    StringBuilder page = new StringBuilder(Files.readString(INTRODUCTION));
    for (String recording : List.of("cluster-a", "kspan-two-pods")) {
      page.append("\n## ").append(recording).append("\n\n");
      page.append(
          "| root | gen. | trace | spans | duration, s | outcome | finished by | zero length | states |\n"
              + "|---|---|---|---|---|---|---|---|---|\n");
      DurationsTest.traces(recording).stream()
          .sorted(Comparator.comparingLong(trace -> trace.root().startEpochNanos()))
          .forEach(trace -> page.append(row(trace)));
    }
    assertThat(page.toString()).isEqualTo(GoldenFile.expected(PAGE, page.toString()));
  }

  private static String row(FinishedTrace trace) {
    FinishedSpan root = trace.root();
    return String.format(
        Locale.ROOT,
        "| %s %s/%s | %s | %s | %d | %.3f | %s | %s | %s | %s |\n",
        root.name(),
        value(root, "k8s.namespace.name"),
        value(root, "k8s.object.name"),
        value(root, "k8s.object.generation"),
        origin(root),
        trace.spans().size(),
        (root.endEpochNanos() - root.startEpochNanos()) / NANOS_PER_SECOND,
        value(root, "kspan.outcome"),
        value(root, "kspan.finished.by"),
        zeroLengths(trace),
        states(trace));
  }

  /** How many of each name, the longest of them, and how it was or ended. */
  private static String states(FinishedTrace trace) {
    Map<String, List<FinishedSpan>> byName =
        trace.spans().stream()
            .filter(span -> value(span, "kspan.origin").equals("state"))
            .collect(groupingBy(FinishedSpan::name, TreeMap::new, toList()));
    return byName.entrySet().stream()
        .map(
            states -> {
              FinishedSpan longest =
                  states.getValue().stream()
                      .max(Comparator.comparingLong(CorpusTracesPageTest::length))
                      .orElseThrow();
              String exitCode = value(longest, "kspan.state.exit_code");
              return String.format(
                  Locale.ROOT,
                  "%d %s (%.1f s%s%s)",
                  states.getValue().size(),
                  states.getKey(),
                  length(longest) / NANOS_PER_SECOND,
                  prefixed(", ", value(longest, "kspan.state.reason")),
                  prefixed(", exit code ", exitCode));
            })
        .collect(joining(", "));
  }

  private static long length(FinishedSpan span) {
    return span.endEpochNanos() - span.startEpochNanos();
  }

  private static String prefixed(String prefix, String value) {
    return value.isEmpty() ? "" : prefix + value;
  }

  private static String origin(FinishedSpan root) {
    String origin = value(root, "kspan.origin");
    return origin.equals("event") ? "annotated event" : origin;
  }

  /** Of the event spans. */
  private static String zeroLengths(FinishedTrace trace) {
    List<FinishedSpan> events =
        trace.spans().stream().filter(span -> value(span, "kspan.origin").equals("event")).toList();
    long zero =
        events.stream().filter(span -> span.startEpochNanos() == span.endEpochNanos()).count();
    return zero == 0 ? "" : zero + " of " + events.size();
  }

  private static String value(FinishedSpan span, String key) {
    Object value = span.attributes().get(key);
    return value == null ? "" : value.toString();
  }
}
