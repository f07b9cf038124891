package io.kspan.topology.application;

import static io.kspan.testsupport.generate.Input.event;
import static io.kspan.testsupport.generate.Input.object;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kspan.testsupport.generate.Input;
import io.kspan.topology.changes.ChangeSchema;
import io.kspan.topology.changes.FinishedChange;
import io.kspan.topology.otlp.OtlpDecoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;

/** The records of the changes topic, from the objects and Events of a root. */
class ChangesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, String> SETTINGS = Map.of();

  private final Input first =
      object("Deployment", "web", "uid-d")
          .inNamespace("shop")
          .generation(1)
          .created(0)
          .spec(spec("web:1"))
          .status(status(1))
          .received(0.5);
  private final Input second =
      first
          .again()
          .generation(2)
          .specChangedAt(100, "helm", "Update")
          .spec(spec("web:2"))
          .received(100.5);

  private static String spec(String image) {
    return "{replicas: 1, template: {spec: {containers: [{name: 'web', image: '%s'}]}}}"
        .formatted(image);
  }

  private static String status(int generation) {
    return "{observedGeneration: %d, replicas: 1, updatedReplicas: 1, availableReplicas: 1}"
        .formatted(generation);
  }

  private static Input about(String uid, double at) {
    return event(uid, "Deployment", "web", "uid-d").inNamespace("shop").reason("Any").at(at);
  }

  private static Input failure(double at) {
    return about("bad" + at, at)
        .reason("ProgressDeadlineExceeded")
        .type("Warning")
        .message("no \"web\" is ready");
  }

  private static Input failing(Input version) {
    return version
        .again()
        .status(
            "{observedGeneration: 2, replicas: 1, conditions: [{type: 'Progressing', status: 'False'}]}");
  }

  private static List<TestRecord<String, byte[]>> records(
      Map<String, String> settings, Input... log) {
    try (TopologyHarness harness = new TopologyHarness(Input.START, settings)) {
      for (Input input : log) {
        harness.until(input.receivedMillis());
        harness.pipe(input);
      }
      harness.end();
      List<TestRecord<String, byte[]>> changes = harness.changes();
      assertThat(changes)
          .allSatisfy(change -> assertThat(ChangeSchema.problems(change.value())).isEmpty())
          .allSatisfy(
              change ->
                  assertThat(
                          new String(
                              change.headers().lastHeader("content-type").value(),
                              StandardCharsets.UTF_8))
                      .isEqualTo("application/cloudevents+json; charset=UTF-8"));
      outcomesAreThoseOfTheTraces(harness.spans(), changes);
      return changes;
    }
  }

  private static void outcomesAreThoseOfTheTraces(
      List<byte[]> spans, List<TestRecord<String, byte[]>> changes) {
    List<String> traces = new ArrayList<>();
    spans.stream()
        .flatMap(OtlpDecoder::spans)
        .filter(span -> !OtlpDecoder.text(span, "kspan.outcome").isEmpty())
        .forEach(
            span ->
                traces.add(
                    HexFormat.of().formatHex(span.getSpanId().toByteArray())
                        + OtlpDecoder.text(span, "kspan.outcome")
                        + OtlpDecoder.text(span, "kspan.finished.by")));
    List<String> told = new ArrayList<>();
    changes.forEach(
        change -> {
          JsonNode event = json(change.value());
          if (event.path("type").asText().contains("finished")) {
            told.add(
                event.path("traceparent").asText().substring(36, 52)
                    + event.at("/data/outcome").asText()
                    + event.at("/data/finishedBy").asText());
          }
        });
    assertThat(told).containsExactlyInAnyOrderElementsOf(traces);
  }

  private static List<JsonNode> changes(Map<String, String> settings, Input... log) {
    return records(settings, log).stream().map(record -> json(record.value())).toList();
  }

  private static JsonNode json(byte[] value) {
    try {
      return JSON.readTree(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> ids(List<JsonNode> changes) {
    return changes.stream().map(change -> change.path("id").asText()).toList();
  }

  @Test
  void shouldTellWhenAChangeBeginsAndWhenItsTraceIsFinished() {
    Input[] log = {
      first, about("a", 1), second, about("b", 101), second.again().status(status(2)).received(105)
    };
    List<TestRecord<String, byte[]>> records = records(SETTINGS, log);
    assertThat(records)
        .extracting(TestRecord::key)
        .containsExactly("c/uid-d/1", "c/uid-d/1", "c/uid-d/2", "c/uid-d/2");
    List<JsonNode> changes = changes(SETTINGS, log);
    assertThat(ids(changes))
        .containsExactly(
            "c/uid-d/1/started", "c/uid-d/1/finished", "c/uid-d/2/started", "c/uid-d/2/finished");

    JsonNode begun = changes.get(2);
    assertThat(begun.path("subject").asText()).isEqualTo("Deployment/shop/web");
    assertThat(begun.path("source").asText()).isEqualTo("/clusters/c");
    JsonNode data = begun.path("data");
    assertThat(data.path("manager").asText()).isEqualTo("helm");
    assertThat(data.at("/changed/image.web").asText()).isEqualTo("web:1 -> web:2");
    assertThat(data.path("start").asText()).isEqualTo(Input.stamp(100));
    JsonNode done = changes.get(3).path("data");
    assertThat(done.path("outcome").asText()).isEqualTo("succeeded");
    assertThat(done.path("finishedBy").asText()).isEqualTo("settled");
    assertThat(done.path("duration").asDouble()).isEqualTo(5);
    assertThat(done.path("traceId")).isEqualTo(data.path("traceId"));
    assertThat(done.has("error")).isFalse();
    assertThat(FinishedChange.read(records.get(3).value()).orElseThrow().duration())
        .isEqualTo(Duration.ofSeconds(5));
  }

  /** Long before its trace is finished. */
  @Test
  void shouldTellOfABeginningWhenItIsReceived() {
    try (TopologyHarness harness = new TopologyHarness(Input.START, SETTINGS).idle()) {
      harness.pipe(first).until(second.receivedMillis());
      harness.changes();
      harness.pipe(second).pipe(about("b", 101)).pass(Duration.ofSeconds(8));
      assertThat(harness.changes())
          .extracting(change -> json(change.value()).path("id").asText())
          .containsExactly("c/uid-d/2/started");
      assertThat(harness.spans()).isEmpty();
    }
  }

  /** A list brings objects that were changed long ago, or do not say when. */
  @Test
  void shouldNotTellOfTheBeginningOfWhatIsNotNew() {
    Input old = first.again().generation(7).created(-100_000).received(1);
    Input changedBefore =
        object("Deployment", "api", "uid-a")
            .generation(3)
            .created(-100_000)
            .specChangedAt(-301, "helm", "Update")
            .received(0);
    Input terminating = object("Pod", "p", "uid-p").created(0).terminating().received(1);

    assertThat(changes(SETTINGS, old, changedBefore, terminating)).isEmpty();
    // Its first trace is that of a change all the same.
    assertThat(ids(changes(SETTINGS, old, about("a", 2)))).containsExactly("c/uid-d/7/finished");
  }

  @Test
  void shouldTellEachGenerationOfOneSession() {
    Input third = second.again().generation(3).specChangedAt(102, "helm", "Update").received(102.5);

    assertThat(
            ids(
                changes(
                    SETTINGS,
                    first,
                    second,
                    about("b", 101),
                    third,
                    about("c", 103),
                    third.again().status(status(3)).received(104))))
        .containsExactly(
            "c/uid-d/1/started",
            "c/uid-d/2/started",
            "c/uid-d/3/started",
            "c/uid-d/2/finished",
            "c/uid-d/3/finished");
  }

  @Test
  void shouldSayWhatFailedFirstAndForHowLong() {
    Input third =
        second
            .again()
            .generation(3)
            .specChangedAt(1000, "helm", "Update")
            .spec(spec("web:3"))
            .received(1000.5);
    List<JsonNode> changes =
        changes(
            SETTINGS,
            first,
            second,
            about("b", 101),
            failing(second).received(110),
            failure(110),
            failure(230),
            third,
            about("c", 1001),
            third.again().status(status(3)).received(1010));

    JsonNode failed = finished(changes, 2);
    assertThat(failed.path("outcome").asText()).isEqualTo("failed");
    assertThat(failed.path("outcomeReason").asText()).isEqualTo("failing");
    assertThat(failed.at("/error/reason").asText()).isEqualTo("ProgressDeadlineExceeded");
    assertThat(failed.at("/error/message").asText()).isEqualTo("no \"web\" is ready");
    assertThat(failed.at("/error/object/name").asText()).isEqualTo("web");
    assertThat(failed.has("failedSince")).isFalse();
    JsonNode recovered = finished(changes, 3);
    assertThat(recovered.path("failedSince").asText()).isEqualTo(Input.stamp(100));
    assertThat(read(changes, 3).toRecover()).contains(Duration.ofSeconds(910));
  }

  @Test
  void shouldSayThatItFailedWithoutAWarning() {
    JsonNode failed =
        finished(
            changes(
                SETTINGS,
                first,
                second,
                about("b", 101),
                failing(second).received(110),
                about("c", 230)),
            2);

    assertThat(failed.at("/error/reason").asText()).isEqualTo("failing");
    assertThat(failed.at("/error/object/kind").asText()).isEqualTo("Deployment");
  }

  @Test
  void shouldSayWhenWasCommittedWhatIsDelivered() {
    Map<String, String> settings = Map.of("changes.commit.time.annotation", "example.org/commit");
    Input annotated = second.annotated("example.org/commit", "2026-01-01T11:00:00+02:00");
    List<JsonNode> changes =
        changes(
            settings,
            first,
            annotated,
            about("b", 101),
            annotated.again().status(status(2)).received(105));

    assertThat(finished(changes, 2).path("commitTime").asText()).isEqualTo("2026-01-01T09:00:00Z");
    assertThat(read(changes, 2).leadTime())
        .contains(
            Duration.between(Instant.parse("2026-01-01T09:00:00Z"), Input.START.plusSeconds(105)));
    Input noTime = second.annotated("example.org/commit", "yesterday");
    assertThat(changes(settings, first, noTime))
        .allSatisfy(change -> assertThat(change.path("data").has("commitTime")).isFalse());
  }

  @Test
  void shouldWriteTheSameBytesTwice() {
    Input[] log = {first, second, about("b", 101), failing(second).received(110), failure(110)};

    assertThat(records(SETTINGS, log).stream().map(r -> new String(r.value())).toList())
        .isEqualTo(records(SETTINGS, log).stream().map(r -> new String(r.value())).toList());
  }

  @Test
  void shouldMarkWhatSamplingLeavesOut() {
    try (TopologyHarness harness =
        new TopologyHarness(
            Input.START,
            Map.of("trace.sampling.ratio", "0", "trace.sampling.keep.errors", "false"))) {
      harness.pipe(first).pipe(about("a", 1)).end();
      assertThat(harness.changes())
          .hasSize(2)
          .allSatisfy(
              change ->
                  assertThat(json(change.value()).path("traceparent").asText()).endsWith("-00"));
      assertThat(harness.spans()).isEmpty();
    }
  }

  @Test
  void shouldWriteNothingWhenTold() {
    try (TopologyHarness harness =
        new TopologyHarness(Input.START, Map.of("changes.enabled", "false"))) {
      harness.pipe(first).pipe(about("a", 1)).end();
      assertThat(harness.spans()).isNotEmpty();
      assertThat(harness.changes()).isEmpty();
    }
  }

  private static JsonNode finished(List<JsonNode> changes, int generation) {
    return changes.stream()
        .filter(change -> change.path("id").asText().endsWith("/" + generation + "/finished"))
        .findFirst()
        .orElseThrow()
        .path("data");
  }

  private static FinishedChange read(List<JsonNode> changes, int generation) {
    JsonNode event =
        changes.stream()
            .filter(change -> change.path("id").asText().endsWith("/" + generation + "/finished"))
            .findFirst()
            .orElseThrow();
    return FinishedChange.read(event.toString().getBytes(StandardCharsets.UTF_8)).orElseThrow();
  }
}
