package io.kspan.topology.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.corpus.Corpus;
import io.kspan.topology.assemble.TraceSettings;
import io.kspan.topology.explain.OfflineModel;
import io.kspan.topology.model.FinishedSpan;
import io.kspan.topology.model.FinishedTrace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every line of the corpus: parent, trace, change or activity, generation. */
class CorpusTest {
  private static final long NEVER = Duration.ofHours(24).toNanos();
  private static final long TEN_HOURS = Duration.ofHours(10).toNanos();

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "cluster-a, expected, false",
    "cluster-a, expected-unfinished, true",
    "kspan-two-pods, expected, false"
  })
  void shouldPlaceEveryOccurrenceAsExpected(String recording, String expected, boolean unfinished) {
    OfflineModel model = OfflineModels.with(unfinished ? unfinished() : TraceSettings.defaults());
    Corpus.envelopes(recording, "a").forEach(model::add);

    Map<String, String> actual = new HashMap<>();
    for (FinishedTrace trace : model.traces()) {
      describe(trace).forEach((id, line) -> assertThat(actual.put(id, line)).isNull());
    }
    List<String> deviations = new ArrayList<>();
    for (String line :
        Corpus.lines(Corpus.file("recordings/" + recording + "." + expected + ".tsv.gz"))) {
      String[] columns = line.split("\t", -1);
      String wanted = String.join(" ", columns[1], columns[2], columns[3], columns[4]);
      String got = actual.remove(columns[0]);
      if (!wanted.equals(got)) {
        deviations.add(
            "%s %s %s \"%s\"%n  expected %s (%s)%n  but was  %s"
                .formatted(
                    columns[0],
                    columns[7],
                    columns[8],
                    columns[9],
                    wanted,
                    columns.length > 10 ? columns[10] : "",
                    got));
      }
    }
    actual.forEach((id, line) -> deviations.add(id + " is not expected: " + line));
    assertThat(deviations).as("%d deviations", deviations.size()).isEmpty();
  }

  private static Map<String, String> describe(FinishedTrace trace) {
    Map<String, String> ids = new HashMap<>();
    for (FinishedSpan span : trace.spans()) {
      ids.put(span.spanId(), occurrence(span));
    }
    FinishedSpan root = trace.root();
    String origin =
        root.attributes().get("kspan.origin").equals("event")
            ? annotatedOrigin(root)
            : String.valueOf(root.attributes().get("kspan.origin"));
    Map<String, String> lines = new HashMap<>();
    for (FinishedSpan span : trace.spans()) {
      if (span.attributes().get("kspan.origin").equals("event")) {
        String parent =
            span.parentSpanId().isEmpty()
                ? "-"
                : span.parentSpanId().equals(root.spanId()) ? "root" : ids.get(span.parentSpanId());
        lines.put(
            occurrence(span),
            String.join(
                " ",
                parent,
                trace.traceId(),
                origin,
                String.valueOf(root.attributes().get("k8s.object.generation"))));
      }
    }
    return lines;
  }

  /** An annotated event says itself only that it is an event; activity links to its change. */
  private static String annotatedOrigin(FinishedSpan root) {
    return root.links().stream().anyMatch(l -> "change".equals(l.attributes().get("kspan.link")))
        ? "activity"
        : "change";
  }

  private static String occurrence(FinishedSpan span) {
    return span.attributes().get("k8s.event.uid")
        + "#"
        + span.attributes().getOrDefault("k8s.event.count", 0);
  }

  private static TraceSettings unfinished() {
    TraceSettings defaults = TraceSettings.defaults();
    return new TraceSettings(
        TEN_HOURS,
        TEN_HOURS,
        TEN_HOURS,
        TEN_HOURS,
        NEVER,
        NEVER,
        defaults.maxOccurrences(),
        defaults.orphanWindowNanos(),
        defaults.attributeMaxLength(),
        "",
        false,
        defaults.spanLabels(),
        false,
        Collections.emptySortedMap());
  }
}
