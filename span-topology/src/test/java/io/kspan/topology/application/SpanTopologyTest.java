package io.kspan.topology.application;

import static io.kspan.testsupport.generate.Input.event;
import static io.kspan.testsupport.generate.Input.object;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.kspan.testsupport.corpus.Corpus;
import io.kspan.testsupport.generate.Input;
import io.kspan.topology.corpus.OfflineModels;
import io.kspan.topology.metrics.Metric;
import io.kspan.topology.otlp.OtlpDecoder;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real topology, from envelopes to spans, over one partition. */
class SpanTopologyTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, String> LIVE = Map.of();
  private static final Map<String, String> REPLAY = Map.of("watermark.lateness.ms", "infinite");
  private static final Duration LONG = Duration.ofMinutes(12);
  private static final String SETTLED =
      "{observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1}";

  private final Input deployment =
      object("Deployment", "web", "uid-d").generation(1).received(0).spec("{replicas: 1}");
  private final Input replicaSet =
      object("ReplicaSet", "web-1", "uid-rs").ownedBy(deployment).received(0.5);
  private final Input pod = object("Pod", "web-1-a", "uid-p").ownedBy(replicaSet).received(1.5);
  private final Input scaled =
      event("scaled", deployment, "ScalingReplicaSet")
          .message("Scaled up replica set web-1 from 0 to 1")
          .at(0.6);
  private final Input created =
      event("created", replicaSet, "SuccessfulCreate").message("Created pod: web-1-a").at(1.6);
  private final Input scheduled = event("scheduled", pod, "Scheduled").at(2);
  private final Input started = event("started", pod, "Started").at(4);
  private final Input ready =
      pod.again().received(4.5).status("{conditions: [{type: 'Ready', status: 'True'}]}");
  private final Input settled = deployment.again().received(5).status(SETTLED);
  private final List<Input> rollout =
      List.of(deployment, replicaSet, scaled, pod, created, scheduled, started, ready, settled);

  private static TopologyHarness harness(Map<String, String> settings) {
    return new TopologyHarness(Input.START, settings);
  }

  private static List<String> model(List<Input> log) {
    return OfflineModels.requests(log.stream().map(Input::envelope).toList());
  }

  /** Spans by the attribute {@code k8s.event.uid}; those of states are left out. */
  private static Map<String, Span> byEvent(List<byte[]> requests) {
    Map<String, Span> spans = new TreeMap<>();
    for (byte[] request : requests) {
      OtlpDecoder.spans(request)
          .filter(s -> !OtlpDecoder.text(s, "kspan.origin").equals("state"))
          .forEach(s -> spans.put(OtlpDecoder.text(s, "k8s.event.uid"), s));
    }
    return spans;
  }

  @Test
  void shouldWriteTheTraceOfARolloutOnceItHasSettled() {
    try (TopologyHarness harness = harness(LIVE).idle()) {
      harness.pipe(rollout);
      harness.pass(Duration.ofSeconds(9));
      assertThat(harness.spans()).isEmpty();

      harness.pass(Duration.ofSeconds(20));

      Map<String, Span> spans = byEvent(harness.spans());
      assertThat(spans).containsOnlyKeys("", "scaled", "created", "scheduled", "started");
      assertThat(spans.get("started").getParentSpanId())
          .isEqualTo(spans.get("created").getSpanId());
      assertThat(spans.get("created").getParentSpanId()).isEqualTo(spans.get("scaled").getSpanId());
      assertThat(spans.get("scaled").getParentSpanId()).isEqualTo(spans.get("").getSpanId());
      assertThat(OtlpDecoder.text(spans.get(""), "kspan.outcome")).isEqualTo("succeeded");
      assertThat(TopologyHarness.sorted(harness.spans())).isEqualTo(model(rollout));
    }
  }

  @Test
  void shouldWriteNothingBeforeTheEndMarkersWhenLatenessIsInfinite() {
    try (TopologyHarness harness = harness(REPLAY).idle()) {
      harness.pipe(rollout);
      harness.pass(LONG);
      assertThat(harness.spans()).isEmpty();

      harness.end();

      assertThat(TopologyHarness.sorted(harness.spans())).isEqualTo(model(rollout));
      assertThat(harness.counters.drained()).containsExactly(0);
    }
  }

  /** In replay nothing depends on the order in which records are read. */
  @Test
  void shouldNotDependOnTheOrderOfReplay() {
    List<Input> reversed = new ArrayList<>(rollout);
    Collections.reverse(reversed);
    try (TopologyHarness harness = harness(REPLAY)) {
      harness.pipe(reversed);
      harness.end();

      assertThat(TopologyHarness.sorted(harness.spans())).isEqualTo(model(rollout));
    }
  }

  @Test
  void shouldSendUnreadableRecordsToTheDeadLettersAndCarryOn() {
    byte[] poison = "not JSON".getBytes(StandardCharsets.UTF_8);
    try (TopologyHarness harness = harness(LIVE).idle()) {
      harness.event(poison).object(poison);
      harness.pipe(rollout);
      harness.event(poison).pass(LONG);

      List<TestRecord<byte[], byte[]>> letters = harness.deadLetters();
      assertThat(letters).hasSize(3);
      assertThat(letters.get(0).value()).isEqualTo(poison);
      assertThat(letters.get(0).key()).isEqualTo("key".getBytes(StandardCharsets.UTF_8));
      assertThat(letters.get(0).headers().lastHeader("__streams.errors.message")).isNotNull();
      assertThat(letters.get(0).headers().lastHeader("__streams.errors.topic").value())
          .isEqualTo("k8s.events".getBytes(StandardCharsets.UTF_8));
      assertThat(harness.counters.sum(Metric.DEAD_LETTERS)).isEqualTo(3);
      assertThat(TopologyHarness.sorted(harness.spans())).isEqualTo(model(rollout));
    }
  }

  @Test
  void shouldIgnoreTombstonesBookmarksAndExpiry() {
    Input expired = event("expired", deployment, "Any").received(3).deleted();
    try (TopologyHarness harness = harness(LIVE).idle()) {
      harness.event(null).object(null).event(expired.envelope());
      harness.pipe(rollout);
      harness.event(null).object(null).pass(LONG);

      assertThat(harness.deadLetters()).isEmpty();
      assertThat(TopologyHarness.sorted(harness.spans())).isEqualTo(model(rollout));
    }
  }

  @Test
  void shouldAbsorbCopies() {
    List<Input> relisted = new ArrayList<>();
    for (Input input : rollout) {
      relisted.add(input);
      if (input.isEvent()) {
        relisted.add(input.again());
      }
    }
    try (TopologyHarness harness = harness(LIVE).idle()) {
      harness.pipe(relisted);
      harness.pass(LONG);
      for (Input input : rollout) {
        if (input.isEvent()) {
          harness.event(input.again().received(800).envelope());
        }
      }
      harness.pass(LONG);

      assertThat(harness.counters.sum(Metric.DUPLICATES)).isEqualTo(8);
      assertThat(TopologyHarness.sorted(harness.spans())).isEqualTo(model(rollout));
    }
  }

  /** 5.6: what comes behind the watermark is counted and goes to an activity trace. */
  @Test
  void shouldPutALateRecordIntoAnActivityTrace() {
    Input late = event("late", pod, "Pulled").at(3);
    try (TopologyHarness harness = harness(LIVE).idle()) {
      harness.pipe(rollout);
      harness.pass(LONG);
      String changeTrace = HexFormat.of().formatHex(traceOf(harness, "started"));

      harness.event(late.envelope()).pass(LONG);

      assertThat(harness.counters.sum(Metric.LATE_EVENTS)).isEqualTo(1);
      assertThat(HexFormat.of().formatHex(traceOf(harness, "late"))).isNotEqualTo(changeTrace);
      Span root = byEvent(harness.spans()).get("");
      assertThat(root.getName()).isEqualTo("Deployment.Activity");
      assertThat(HexFormat.of().formatHex(root.getLinks(0).getTraceId().toByteArray()))
          .isEqualTo(changeTrace);
    }
  }

  private static byte[] traceOf(TopologyHarness harness, String event) {
    return byEvent(harness.spans()).get(event).getTraceId().toByteArray();
  }

  /** An orphan waits for the window and holds the watermark; then the fallback places it. */
  @Test
  void shouldHoldTheWatermarkForAnOrphanAndPlaceItByFallback() {
    Input ghost = event("ghost", "Pod", "ghost", "uid-g").reason("Killing").at(3);
    List<Input> log = new ArrayList<>(rollout);
    log.add(6, ghost);
    try (TopologyHarness harness = harness(LIVE).idle()) {
      harness.pipe(log);
      harness.pass(LONG);

      Span span = byEvent(harness.spans()).get("ghost");
      assertThat(OtlpDecoder.text(span, "kspan.owner.inferred")).isEqualTo("none");
      assertThat(harness.counters.sum(Metric.INFERRED_OWNERS)).isEqualTo(1);
      assertThat(TopologyHarness.sorted(harness.spans())).isEqualTo(model(log));
    }
  }

  /** An owner that is seen within the window is waited for. */
  @Test
  void shouldWaitForAnOwnerThatIsSeenLater() {
    List<Input> log =
        List.of(
            deployment, scaled, pod, created, scheduled, started, settled, replicaSet.received(11));
    try (TopologyHarness harness = harness(LIVE).idle()) {
      harness.pipe(log);
      harness.pass(LONG);

      assertThat(harness.counters.sum(Metric.INFERRED_OWNERS)).isZero();
      assertThat(TopologyHarness.sorted(harness.spans())).isEqualTo(model(log));
    }
  }

  /** However fast the log is read: 5.6. */
  @Test
  void shouldWriteTheSameSpansInCatchUp() {
    try (TopologyHarness harness = harness(LIVE)) {
      for (Input input : rollout) {
        harness.pipe(input.envelope());
      }
      harness.idle().pass(LONG);

      assertThat(TopologyHarness.sorted(harness.spans())).isEqualTo(model(rollout));
    }
  }

  /** Other exporters write the objects as they are; the record says when. */
  @Test
  void shouldReadBareObjects() {
    try (TopologyHarness harness = harness(Map.of("cluster.name", "c")).idle()) {
      for (Input input : rollout) {
        harness.until(input.receivedMillis());
        if (input.isEvent()) {
          harness.event(input.bare());
        } else {
          harness.object(input.bare());
        }
      }
      harness.pass(LONG);

      assertThat(TopologyHarness.sorted(harness.spans())).isEqualTo(model(rollout));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"kspan-two-pods", "cluster-a"})
  void shouldEqualTheModelInReplayOfARecording(String recording) {
    List<byte[]> envelopes = Corpus.envelopes(recording, "a");
    try (TopologyHarness harness = harness(REPLAY)) {
      envelopes.forEach(harness::pipe);
      harness.end();

      assertThat(TopologyHarness.sorted(harness.spans()))
          .isEqualTo(OfflineModels.requests(envelopes));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"kspan-two-pods", "cluster-a"})
  void shouldEqualTheModelOnARecordingAsItHappens(String recording) {
    List<byte[]> envelopes = Corpus.envelopes(recording, "a");
    Instant start = receivedAt(envelopes.get(0));
    try (TopologyHarness harness = new TopologyHarness(start, LIVE).idle()) {
      for (byte[] envelope : envelopes) {
        harness.until(receivedAt(envelope).toEpochMilli());
        harness.pipe(envelope);
      }
      harness.pass(LONG);

      List<String> wanted = OfflineModels.requests(envelopes);
      List<String> got = TopologyHarness.sorted(harness.spans());
      List<String> unexpected = described(got, wanted);
      List<String> missing = described(wanted, got);
      assertThat(unexpected).as("instead of %s", missing).isEmpty();
      assertThat(missing).isEmpty();
    }
  }

  /** The requests that are not among {@code others}, readably. */
  private static List<String> described(List<String> requests, List<String> others) {
    List<String> described = new ArrayList<>();
    for (String request : requests) {
      if (!others.contains(request)) {
        byte[] bytes = HexFormat.of().parseHex(request);
        OtlpDecoder.spans(bytes)
            .map(
                s ->
                    "%s %s %s %d %d%n"
                        .formatted(
                            s.getName(),
                            OtlpDecoder.text(s, "k8s.object.name"),
                            OtlpDecoder.text(s, "kspan.finished.by"),
                            s.getStartTimeUnixNano(),
                            s.getEndTimeUnixNano()))
            .forEach(described::add);
      }
    }
    return described;
  }

  private static Instant receivedAt(byte[] envelope) {
    try {
      return Instant.parse(JSON.readTree(envelope).path("observedAt").asText());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
