package io.kspan.topology.application;

import static io.kspan.testsupport.generate.Input.event;
import static io.kspan.testsupport.generate.Input.object;
import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import io.kspan.topology.config.TopologyConfig;
import io.kspan.topology.gather.ProvisionalTraces;
import io.kspan.topology.gather.RootMeta;
import io.kspan.topology.metrics.Metric;
import io.kspan.topology.model.FinishedSpan;
import io.kspan.topology.model.FinishedTrace;
import io.kspan.topology.names.Names;
import io.kspan.topology.otlp.OtlpDecoder;
import io.opentelemetry.proto.trace.v1.Span;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is open, read from the stores while the topology runs. */
class ProvisionalTracesTest {
  private final TopologyHarness harness = new TopologyHarness(Input.START, Map.of()).idle();
  private final ProvisionalTraces provisional =
      new ProvisionalTraces(
          SpanTopology.gatherSettings(
              new TopologyConfig(Map.of("bootstrap.servers", "unused:9092"))));

  private static Input deployment(int generation, String status, double received) {
    return object("Deployment", "web", "uid-d")
        .inNamespace("shop")
        .generation(generation)
        .created(0)
        .spec("{replicas: 2}")
        .status(status)
        .received(received);
  }

  private static Input scaled(String uid, double at) {
    return event(uid, "Deployment", "web", "uid-d").inNamespace("shop").reason("Scaling").at(at);
  }

  private ProvisionalTraces.Open open(Instant now) {
    return provisional.of(
        harness.store(Names.ITEMS_STORE),
        harness.store(Names.ROOTS_STORE),
        harness.store(Names.LINEAGE_STORE),
        now);
  }

  private void hang() {
    harness
        .pipe(deployment(1, "{observedGeneration: 1, replicas: 2, updatedReplicas: 2}", 0.5))
        .pipe(scaled("a", 1))
        .pipe(scaled("b", 2));
    harness.until(Input.START.toEpochMilli() + 30_000);
  }

  @AfterEach
  void close() {
    harness.close();
  }

  @Test
  void shouldShowAHangingRolloutWithTheIdsThatItWillHave() {
    hang();
    assertThat(harness.spans()).isEmpty();

    List<FinishedTrace> open = open(harness.now()).traces();

    assertThat(open).hasSize(1);
    FinishedTrace trace = open.get(0);
    assertThat(trace.spans())
        .allSatisfy(span -> assertThat(span.attributes()).containsEntry("kspan.provisional", true));
    assertThat(trace.root().attributes())
        .doesNotContainKeys("kspan.outcome", "kspan.finished.by")
        .containsEntry("kspan.open.since", Input.START.plusSeconds(1).toString())
        .hasEntrySatisfying(
            "kspan.open.reason",
            reason ->
                assertThat(reason.toString())
                    .contains(
                        "tree unsettled: root unsettled",
                        "300 s after the last event",
                        "trace.inactivity.ms"));

    harness.end();
    List<Span> finished = harness.spans().stream().flatMap(OtlpDecoder::spans).toList();
    assertThat(finished)
        .extracting(span -> HexFormat.of().formatHex(span.getTraceId().toByteArray()))
        .containsOnly(trace.traceId());
    assertThat(finished)
        .extracting(span -> HexFormat.of().formatHex(span.getSpanId().toByteArray()))
        .containsExactlyInAnyOrderElementsOf(
            trace.spans().stream().map(FinishedSpan::spanId).toList());
    assertThat(open(harness.now()).traces()).isEmpty();
    // Off by default, at the end of all input, too.
    try (KeyValueIterator<String, RootMeta> roots =
        harness.<RootMeta>store(Names.ROOTS_STORE).all()) {
      assertThat(roots)
          .toIterable()
          .isNotEmpty()
          .allMatch(root -> root.value.provisionalMillis() == Long.MIN_VALUE);
    }
  }

  /** Which roots are open is listed before the items of each are read. */
  @Test
  void shouldLeaveOutWhatIsOverWhenItsItemsAreRead() {
    hang();
    ReadOnlyKeyValueStore<String, RootMeta> listed = harness.store(Names.ROOTS_STORE);
    ReadOnlyKeyValueStore<String, RootMeta> roots =
        new ReadOnlyKeyValueStore<>() {
          @Override
          public RootMeta get(String key) {
            return null;
          }

          @Override
          public KeyValueIterator<String, RootMeta> range(String from, String to) {
            return listed.range(from, to);
          }

          @Override
          public KeyValueIterator<String, RootMeta> all() {
            return listed.all();
          }

          @Override
          public long approximateNumEntries() {
            return listed.approximateNumEntries();
          }
        };

    assertThat(open(harness.now()).traces()).isNotEmpty();
    assertThat(
            provisional.of(
                harness.store(Names.ITEMS_STORE),
                roots,
                harness.store(Names.LINEAGE_STORE),
                harness.now()))
        .isEqualTo(new ProvisionalTraces.Open(List.of(), 0));
  }

  /** A change that fails ends when its session is over, which is not yet. */
  @Test
  void shouldNotEndLaterThanNow() {
    String failing =
        "{observedGeneration: 1, conditions: [{type: 'Progressing', status: 'False'}]}";
    harness.pipe(deployment(1, failing, 0.5)).pipe(scaled("a", 1)).pipe(scaled("b", 2));
    harness.until(Input.START.toEpochMilli() + 30_000);

    FinishedTrace trace = open(harness.now()).traces().get(0);

    assertThat(trace.root().attributes())
        .containsEntry("kspan.open.until", Input.START.plusSeconds(121).toString());
    assertThat(trace.root().endEpochNanos())
        .isEqualTo(Input.START.plusSeconds(2).toEpochMilli() * 1_000_000);
  }

  @Test
  void shouldSayThatASessionIsOverAndOnlyWaitsToBeWritten() {
    hang();
    FinishedTrace trace = open(Input.START.plusSeconds(302)).traces().get(0);
    assertThat(trace.root().attributes())
        .containsEntry("kspan.open.until", Input.START.plusSeconds(302).toString())
        .containsEntry(
            "kspan.open.reason", "it is over, and written when all tasks have read that far");
  }

  @Test
  void shouldWriteTheRootOfWhatIsOpenForLongOnceAndThenTheWholeTrace() {
    Map<String, String> settings =
        Map.of("trace.provisional.after.ms", "60000", "logs.enabled", "true");
    try (TopologyHarness early = new TopologyHarness(Input.START, settings).idle()) {
      early
          .pipe(deployment(1, "{observedGeneration: 1, replicas: 2, updatedReplicas: 2}", 0.5))
          .pipe(scaled("a", 1))
          .pipe(scaled("b", 2));
      early.until(Input.START.toEpochMilli() + 60_000);
      assertThat(early.spans()).isEmpty();

      early.until(Input.START.toEpochMilli() + 70_000);
      // A busy root is not evaluated each time; it must be looked at, and not written again.
      early.pipe(scaled("c", 80).received(80));
      early.until(Input.START.toEpochMilli() + 120_000);
      List<Span> root = early.spans().stream().flatMap(OtlpDecoder::spans).toList();
      assertThat(root).hasSize(1);
      assertThat(OtlpDecoder.text(root.get(0), "kspan.open.reason")).contains("tree unsettled");
      assertThat(early.logs()).isEmpty();
      assertThat(early.counters.sum(Metric.FINISHED_TRACES)).isZero();

      early.end();
      List<Span> all = early.spans().stream().flatMap(OtlpDecoder::spans).toList();
      assertThat(all).hasSize(5);
      Span finished = all.get(1);
      assertThat(OtlpDecoder.ids(finished)).isEqualTo(OtlpDecoder.ids(root.get(0)));
      assertThat(OtlpDecoder.text(finished, "kspan.outcome")).isEqualTo("unfinished");
      assertThat(early.counters.sum(Metric.FINISHED_TRACES)).isEqualTo(1);
      assertThat(early.logs()).isNotEmpty();
    }
  }

  @Test
  void shouldFindOpenRootsAmongMany() {
    IntStream.range(0, 50)
        .forEach(
            i ->
                harness.pipe(
                    event("e" + i, "ConfigMap", "c" + i, "uid-" + i)
                        .inNamespace("shop")
                        .reason("Any")
                        .at(1)));
    harness.until(Input.START.toEpochMilli() + 20_000);

    assertThat(open(harness.now()).traces()).hasSize(50);
    assertThat(open(harness.now()).leftOut()).isZero();
  }
}
