package io.kspan.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kspan.testsupport.corpus.Corpus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
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
  private CommandRun command;

  @BeforeEach
  void setUp() {
    command = new CommandRun(folder);
  }

  @Test
  void shouldTurnTheBundledRecordingIntoTraces() throws IOException {
    List<Span> spans = spans(replay(Corpus.recording("bundled")));

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
    assertThat(command.out()).contains("spans; 0 unreadable");
  }

  @Test
  void shouldPrintWaterfallsWithoutAFile() throws IOException {
    Path capture = Corpus.recording("kspan-two-pods");

    assertThat(command.execute("replay", capture.toString())).as(command.err()).isZero();

    assertThat(command.out()).contains("Pod.Scheduled", "Pod.Started");
  }

  @Test
  void shouldGiveTheSameSpansForAnyPartitionsAndInstances() throws IOException {
    Path capture = Corpus.recording("cluster-a");

    byte[] one = Files.readAllBytes(replay(capture, "--partitions", "1"));
    byte[] seven = Files.readAllBytes(replay(capture, "--partitions", "7", "--instances", "2"));

    assertThat(new String(seven, StandardCharsets.UTF_8).lines().toList())
        .isEqualTo(new String(one, StandardCharsets.UTF_8).lines().toList());
    List<Span> spans = spans(folder.resolve("spans.ndjson"));
    assertEveryParentIsThere(spans);
    Set<String> occurrences = new HashSet<>();
    spans.stream()
        .filter(span -> !span.occurrence().isEmpty())
        .forEach(span -> assertThat(occurrences.add(span.occurrence())).isTrue());
    assertThat(occurrences).hasSize(829);
  }

  @Test
  void shouldGiveTheSameSpansInCatchUpAsFromTheWholeLog() throws IOException {
    Path capture = Corpus.recording("cluster-a");

    byte[] whole = Files.readAllBytes(replay(capture));
    byte[] catchUp =
        Files.readAllBytes(
            replay(
                capture,
                "--partitions",
                "3",
                "--instances",
                "3",
                "--set",
                "watermark.lateness.ms=2000"));

    assertThat(new String(catchUp, StandardCharsets.UTF_8).lines().toList())
        .isEqualTo(new String(whole, StandardCharsets.UTF_8).lines().toList());
  }

  @Test
  void shouldSendUnreadableRecordsToTheDeadLettersAndPlaceTheOthers() throws IOException {
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

    assertThat(spans).hasSize(20);
    assertThat(command.out()).contains("1 dead letter", "about-nothing names no object");
  }

  @Test
  void shouldRefuseUnknownSettings() throws IOException {
    assertThat(
            command.execute(
                "replay",
                Corpus.recording("kspan-two-pods").toString(),
                "--set",
                "trace.setle.ms=1"))
        .isEqualTo(2);
    assertThat(command.err()).contains("error: ").contains("trace.setle.ms");
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
      String traceId,
      String spanId,
      String parentSpanId,
      String name,
      String component,
      String occurrence) {}

  private static List<Span> spans(Path file) throws IOException {
    List<Span> spans = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      for (JsonNode resource : JSON.readTree(line).path("resourceSpans")) {
        String component = attribute(resource.path("resource"), "service.name");
        for (JsonNode scope : resource.path("scopeSpans")) {
          for (JsonNode span : scope.path("spans")) {
            spans.add(span(span, component));
          }
        }
      }
    }
    return spans;
  }

  private static Span span(JsonNode span, String component) {
    String uid = attribute(span, "k8s.event.uid");
    return new Span(
        span.path("traceId").asText(),
        span.path("spanId").asText(),
        span.path("parentSpanId").asText(),
        span.path("name").asText(),
        component,
        uid.isEmpty() ? "" : uid + "#" + attribute(span, "k8s.event.count"));
  }

  private static String attribute(JsonNode holder, String key) {
    for (JsonNode attribute : holder.path("attributes")) {
      if (attribute.path("key").asText().equals(key)) {
        return attribute.path("value").elements().next().asText();
      }
    }
    return "";
  }

  private Path replay(Path capture, String... options) {
    Path spans = folder.resolve("spans.ndjson");
    List<String> args =
        new ArrayList<>(List.of("replay", capture.toString(), "--spans-out", spans.toString()));
    args.addAll(List.of(options));
    assertThat(command.execute(args.toArray(String[]::new))).as(command.err()).isZero();
    return spans;
  }
}
