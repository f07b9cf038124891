package io.kspan.topology.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.corpus.Corpus;
import io.kspan.topology.assemble.TraceSettings;
import io.kspan.topology.explain.OfflineModel;
import io.kspan.topology.model.FinishedSpan;
import io.kspan.topology.model.FinishedSpan.SpanLink;
import io.kspan.topology.model.FinishedTrace;
import io.kspan.topology.model.RootLog;
import io.kspan.topology.rules.Invariants;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every recording and case against what is right for it ({@code testdata}): each occurrence, trace
 * and link between traces.
 */
class CasesTest {
  private static final String[] OCCURRENCE = {
    "occurrence",
    "parent",
    "trace",
    "kind",
    "generation",
    "",
    "",
    "name",
    "",
    "",
    "",
    "inferred",
    "event time",
    "unseen",
    "adjusted ms"
  };
  private static final String[] TRACE = {
    "trace",
    "root",
    "kind",
    "generation",
    "name",
    "manager",
    "start",
    "settled at",
    "session end",
    "outcome",
    "reason",
    "finished by",
    "event spans",
    "errors"
  };

  // What the spans do not show: name and start of an annotated root, and when a change settled
  // before its last child ended.
  private static final String HIDDEN = "hidden";

  /** What the model makes of one capture. */
  private static final class Computed {
    private final Map<String, String[]> occurrences = new TreeMap<>();
    private final Map<String, String[]> traces = new TreeMap<>();
    private final TreeSet<String> links = new TreeSet<>();

    Computed(String capture) {
      List<byte[]> envelopes = Corpus.envelopes(Corpus.file(capture + ".ndjson.gz"), "a");
      OfflineModel placed = OfflineModels.with(TraceSettings.defaults());
      envelopes.forEach(placed::add);
      Map<String, Long> times = new HashMap<>();
      for (RootLog log : placed.rootLogs()) {
        log.occurrences().forEach(o -> times.put(o.event().id(), o.event().timeNanos()));
      }
      OfflineModel model = OfflineModels.with(TraceSettings.defaults());
      envelopes.forEach(model::add);
      for (OfflineModel.Written written : model.sessions()) {
        for (FinishedTrace trace : written.traces()) {
          Invariants.check(trace);
          traces.put(trace.traceId(), row(trace, written.session().endNanos()));
          occurrences(trace, times);
          for (SpanLink link : trace.root().links()) {
            links.add(
                String.join(
                    " ",
                    trace.traceId(),
                    link.traceId(),
                    String.valueOf(link.attributes().get("kspan.link"))));
          }
        }
      }
    }

    private void occurrences(FinishedTrace trace, Map<String, Long> times) {
      FinishedSpan root = trace.root();
      Map<String, String> ids = new HashMap<>();
      events(trace).forEach(span -> ids.put(span.spanId(), id(span)));
      for (FinishedSpan span : events(trace)) {
        String above = span.parentSpanId().equals(root.spanId()) ? "root" : "-";
        String parent = above.equals("root") ? above : ids.getOrDefault(span.parentSpanId(), above);
        occurrences.put(
            id(span),
            new String[] {
              id(span),
              parent,
              trace.traceId(),
              kind(root),
              text(root, "k8s.object.generation"),
              "",
              "",
              span.name(),
              "",
              "",
              "",
              text(span, "kspan.owner.inferred"),
              micros(times.get(id(span))),
              text(span, "kspan.event.unseen"),
              text(span, "kspan.time.adjusted_ms")
            });
      }
    }

    private static String[] row(FinishedTrace trace, long sessionEndNanos) {
      FinishedSpan root = trace.root();
      long lastChild =
          trace.spans().stream()
              .filter(span -> span != root)
              .mapToLong(FinishedSpan::endEpochNanos)
              .max()
              .orElse(root.endEpochNanos());
      boolean isNamespace = text(root, "k8s.object.kind").equals("Namespace");
      String namespace = isNamespace ? "default" : text(root, "k8s.namespace.name");
      boolean annotated = text(root, "kspan.origin").equals("event");
      boolean hidesSettledAt =
          root.endEpochNanos() == lastChild
              || text(root, "kspan.outcome").equals("overtaken")
              || text(root, "kspan.outcome.reason").equals("failing");
      return new String[] {
        trace.traceId(),
        text(root, "k8s.object.kind") + " " + namespace + "/" + text(root, "k8s.object.name"),
        kind(root),
        text(root, "k8s.object.generation"),
        annotated ? HIDDEN : root.name(),
        text(root, "kspan.change.manager"),
        annotated ? HIDDEN : micros(root.startEpochNanos()),
        hidesSettledAt ? HIDDEN : micros(root.endEpochNanos()),
        micros(sessionEndNanos),
        text(root, "kspan.outcome"),
        text(root, "kspan.outcome.reason"),
        text(root, "kspan.finished.by"),
        String.valueOf(events(trace).size()),
        String.valueOf(events(trace).stream().filter(FinishedSpan::error).count()),
      };
    }

    private static List<FinishedSpan> events(FinishedTrace trace) {
      return trace.spans().stream()
          .filter(span -> text(span, "kspan.origin").equals("event"))
          .toList();
    }

    private static String kind(FinishedSpan root) {
      return text(root, "kspan.outcome").isEmpty() ? "activity" : "change";
    }

    private static String id(FinishedSpan event) {
      Object count = event.attributes().getOrDefault("k8s.event.count", 0);
      return event.attributes().get("k8s.event.uid") + "#" + count;
    }

    private static String text(FinishedSpan span, String attribute) {
      Object value = span.attributes().get(attribute);
      return value == null ? "" : value.toString();
    }
  }

  private static String micros(long nanos) {
    Instant time = Instant.ofEpochSecond(0, nanos);
    return "%s.%06dZ"
        .formatted(
            Instant.ofEpochSecond(time.getEpochSecond()).toString().replace("Z", ""),
            time.getNano() / 1000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "recordings/cluster-a",
        "recordings/cluster-c",
        "recordings/kspan-two-pods",
        "cases/02-paused-edits",
        "cases/04-copied-owner-uid",
        "cases/08-argo-canary-abort",
        "cases/10-scaledjob-update",
        "cases/12-skewed-node-clocks",
        "cases/14-bare-pod-adopted",
        "cases/15-tekton-pipelinerun",
        "cases/17-event-reborn-after-ttl"
      })
  void shouldGiveWhatIsRight(String capture) {
    Computed computed = new Computed(capture);
    List<String> deviations = new ArrayList<>();
    compare(rows(capture + ".expected"), computed.occurrences, OCCURRENCE, deviations);
    compare(rows(capture + ".traces"), computed.traces, TRACE, deviations);
    compareLinks(rows(capture + ".links"), computed, deviations);
    assertThat(deviations).as("%d deviations", deviations.size()).isEmpty();
  }

  private static List<String[]> rows(String table) {
    if (!Files.exists(Corpus.file(table + ".tsv.gz"))) {
      return List.of();
    }
    return Corpus.lines(Corpus.file(table + ".tsv.gz")).stream()
        .map(line -> line.split("\t", -1))
        .toList();
  }

  private static void compare(
      List<String[]> expected,
      Map<String, String[]> computed,
      String[] columns,
      List<String> deviations) {
    Map<String, String[]> unexpected = new TreeMap<>(computed);
    for (String[] row : expected) {
      String[] own = unexpected.remove(row[0]);
      if (own == null) {
        deviations.add("missing: " + String.join(" | ", row));
        continue;
      }
      List<String> differences = new ArrayList<>();
      for (int i = 1; i < Math.min(row.length, columns.length); i++) {
        if (!columns[i].isEmpty() && !own[i].equals(HIDDEN) && !row[i].equals(own[i])) {
          differences.add(columns[i] + " " + own[i] + ", not " + row[i]);
        }
      }
      if (!differences.isEmpty()) {
        deviations.add(differences + " " + String.join(" | ", row));
      }
    }
    unexpected.values().forEach(own -> deviations.add("too many: " + String.join(" | ", own)));
  }

  /** Links between trees; those from an activity to its change are no part of the tables. */
  private static void compareLinks(
      List<String[]> expected, Computed computed, List<String> deviations) {
    TreeSet<String> links = new TreeSet<>(computed.links);
    links.removeIf(link -> link.endsWith(" change") || link.endsWith(" traceparent"));
    for (String[] row : expected) {
      String link = String.join(" ", row[0], row[1], row[2]);
      if (!links.remove(link)) {
        deviations.add("missing link: " + String.join(" | ", row));
      }
    }
    links.forEach(link -> deviations.add("link too many: " + link));
  }
}
