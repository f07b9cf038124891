package io.kspan.quickstart.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kspan.quickstart.CommandRun;
import io.kspan.testsupport.corpus.Corpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Captures through the whole topology on a real broker, by the command line. */
class ReplayIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  private CommandRun run;

  @BeforeEach
  void prepare() {
    run = new CommandRun(folder);
  }

  @Test
  void shouldTurnTheBundledRecordingIntoTheSameTracesHoweverTheWorkIsShared() throws IOException {
    Path capture = Corpus.recording("bundled");

    Path file = replay(capture);
    List<String> whole = Files.readAllLines(file);
    List<Span> spans = spans(file);
    assertEveryParentIsThere(spans);
    assertThat(spans)
        .extracting(Span::name)
        .contains(
            "Deployment.ScalingReplicaSet",
            "ReplicaSet.SuccessfulCreate",
            "Pod.Scheduled",
            "Pod.Started",
            "Pod.BackOff");
    assertThat(spans)
        .extracting(Span::component)
        .contains("kubelet", "default-scheduler", "replicaset-controller", "deployment-controller");
    assertThat(run.out()).contains("spans; 0 unreadable");

    List<String> catchUp =
        Files.readAllLines(
            replay(
                capture,
                "--partitions",
                "3",
                "--instances",
                "2",
                "--set",
                "watermark.lateness.ms=2000"));
    assertThat(catchUp).isEqualTo(whole);
  }

  @Test
  void shouldPrintWaterfallsWithoutAFile() throws IOException {
    Path capture = Corpus.recording("kspan-two-pods");

    assertThat(run.execute("replay", capture.toString())).as(run.err()).isZero();

    assertThat(run.out()).contains("Pod.Scheduled", "Pod.Started");
  }

  @Test
  void shouldSendWhatCannotBeReadToTheDeadLettersAndPlaceTheRest() throws IOException {
    Path capture = folder.resolve("odd.ndjson");
    String aboutNothing =
        """
        {"receivedAt":"2021-05-19T09:43:00.000Z","type":"ADDED","object":{"apiVersion":"v1","kind":"Event",\
        "metadata":{"name":"about-nothing","namespace":"default","uid":"u"},"reason":"R","type":"Normal"}}
        """;
    Files.writeString(
        capture,
        String.join("\n", Corpus.lines(Corpus.recording("kspan-two-pods"))) + "\n" + aboutNothing);

    List<Span> spans = spans(replay(capture));

    // Of these two say how long a pod was terminating.
    assertThat(spans).hasSize(22);
    assertThat(run.out()).contains("1 dead letter", "about-nothing names no object");
  }

  @Test
  void shouldRefuseUnknownSettings() throws IOException {
    assertThat(
            run.execute(
                "replay",
                Corpus.recording("kspan-two-pods").toString(),
                "--set",
                "trace.setle.ms=1"))
        .isEqualTo(2);
    assertThat(run.err()).contains("error: ").contains("trace.setle.ms");
  }

  private static void assertEveryParentIsThere(List<Span> spans) {
    Set<String> ids = new TreeSet<>();
    Set<String> traces = new TreeSet<>();
    spans.forEach(span -> ids.add(span.traceId() + span.spanId()));
    spans.forEach(span -> traces.add(span.traceId()));
    assertThat(ids).hasSize(spans.size());
    assertThat(spans).filteredOn(span -> span.parentSpanId().isEmpty()).hasSameSizeAs(traces);
    assertThat(spans)
        .filteredOn(span -> !span.parentSpanId().isEmpty())
        .allMatch(span -> ids.contains(span.traceId() + span.parentSpanId()));
  }

  private record Span(
      String traceId, String spanId, String parentSpanId, String name, String component) {}

  private static List<Span> spans(Path file) throws IOException {
    List<Span> spans = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      for (JsonNode resource : JSON.readTree(line).path("resourceSpans")) {
        String component = "";
        for (JsonNode attribute : resource.at("/resource/attributes")) {
          if (attribute.path("key").asText().equals("service.name")) {
            component = attribute.at("/value/stringValue").asText();
          }
        }
        for (JsonNode scope : resource.path("scopeSpans")) {
          for (JsonNode span : scope.path("spans")) {
            spans.add(
                new Span(
                    span.path("traceId").asText(),
                    span.path("spanId").asText(),
                    span.path("parentSpanId").asText(),
                    span.path("name").asText(),
                    component));
          }
        }
      }
    }
    return spans;
  }

  private Path replay(Path capture, String... options) {
    Path spans = folder.resolve("spans.ndjson");
    List<String> args =
        new ArrayList<>(List.of("replay", capture.toString(), "--spans-out", spans.toString()));
    args.addAll(List.of(options));
    assertThat(run.execute(args.toArray(String[]::new))).as(run.err()).isZero();
    return spans;
  }
}
