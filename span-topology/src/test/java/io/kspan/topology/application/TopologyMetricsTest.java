package io.kspan.topology.application;

import static io.kspan.testsupport.generate.Input.object;
import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.SimulatedCluster;
import io.kspan.topology.metrics.Metric;
import io.kspan.topology.metrics.MetricsExporter;
import io.kspan.topology.metrics.Scrape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a scrape says while the topology works. */
class TopologyMetricsTest {
  private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");
  private static final Duration LONG = Duration.ofMinutes(8);

  private static final int TREES = 2;

  private final MetricsExporter metrics = MetricsExporter.create("test", Map.of());

  private TopologyHarness harness(Map<String, String> settings) {
    TopologyHarness harness = new TopologyHarness(START, settings).idle();
    metrics.export(harness.counters, Metric.ofRun());
    return harness;
  }

  private static void rollouts(TopologyHarness harness) {
    SimulatedCluster.rollouts(1, START, TREES, 3, Duration.ofSeconds(1))
        .forEachRemaining(harness::pipe);
  }

  @Test
  void shouldCountWhatGoesInAndOut() {
    try (TopologyHarness harness = harness(Map.of())) {
      rollouts(harness);
      Scrape during = Scrape.of(metrics);
      assertThat(during.sum("kspan_topology_open_roots")).isEqualTo(TREES);
      assertThat(during.sum("kspan_topology_events_total")).isPositive();
      assertThat(during.sum("kspan_topology_objects_total")).isPositive();

      harness.pass(LONG);

      Scrape after = Scrape.of(metrics);
      assertThat(after.sum("kspan_topology_open_roots")).isZero();
      assertThat(after.sum("kspan_topology_finished_traces_total"))
          .isEqualTo(harness.counters.sum(Metric.FINISHED_TRACES));
      assertThat(after.sum("kspan_topology_finished_traces_total", "kspan_outcome", "succeeded"))
          .isGreaterThanOrEqualTo(TREES);
      assertThat(after.sum("kspan_topology_finished_traces_total", "kspan_finished_by", "settled"))
          .isGreaterThanOrEqualTo(TREES);
      assertThat(after.sum("kspan_topology_spans_total"))
          .isEqualTo(harness.counters.sum(Metric.SPANS));
      assertThat(after.sum("kspan_topology_punctuations_total", "kspan_stage", "gather"))
          .isPositive();
      assertThat(after.sum("kspan_topology_punctuation_time_seconds_total")).isPositive();
    }
  }

  @Test
  void shouldCountNoSpansThatSamplingLeavesOut() {
    try (TopologyHarness harness = harness(Map.of("trace.sampling.ratio", "0"))) {
      rollouts(harness);
      harness.pass(LONG);

      Scrape scrape = Scrape.of(metrics);
      assertThat(scrape.sum("kspan_topology_unsampled_traces_total"))
          .isEqualTo(harness.counters.sum(Metric.FINISHED_TRACES))
          .isGreaterThanOrEqualTo(TREES);
      assertThat(scrape.sum("kspan_topology_spans_total")).isZero();
    }
  }

  /** A Pod that was never seen: its event waits, holds the watermark, and is placed alone. */
  @Test
  void shouldShowOrphansWhileTheyWaitAndWhenTheirTimeIsOver() {
    try (TopologyHarness harness = harness(Map.of("orphan.window.ms", "20000"))) {
      harness.event(orphan()).pass(Duration.ofSeconds(15));

      Scrape held = Scrape.of(metrics);
      assertThat(held.sum("kspan_topology_pending_orphans", "k8s_object_kind", "Pod")).isEqualTo(1);
      assertThat(held.sum("kspan_topology_timed_out_orphans_total")).isZero();
      assertThat(held.sum("kspan_topology_watermark_held_seconds")).isBetween(5.0, 15.0);
      assertThat(held.sum("kspan_topology_watermark_lag_seconds", "kspan_stage", "place"))
          .isBetween(5.0, 6.0);
      assertThat(held.sum("kspan_topology_watermark_lag_seconds", "kspan_stage", "gather"))
          .isGreaterThan(10);

      harness.pass(LONG);

      Scrape over = Scrape.of(metrics);
      assertThat(over.sum("kspan_topology_pending_orphans")).isZero();
      assertThat(over.sum("kspan_topology_timed_out_orphans_total", "k8s_object_kind", "Pod"))
          .isEqualTo(1);
      assertThat(over.sum("kspan_topology_inferred_owners_total")).isEqualTo(1);
      assertThat(over.sum("kspan_topology_watermark_held_seconds")).isZero();
      // Nothing waits for a watermark any more.
      assertThat(over.sum("kspan_topology_watermark_lag_seconds")).isZero();
    }
  }

  /** Once: the message is matched when it is read, not again when its session is written. */
  @Test
  void shouldCountAMessageForWhichACauseRuleTakesTooLong(@TempDir Path folder) throws IOException {
    Path rules =
        Files.writeString(folder.resolve("rules.tsv"), "Pod\tPulled\t(?<name>a*a*a*b)\tPod\tup\n");
    byte[] slow =
        new String(orphan(), StandardCharsets.UTF_8)
            .replace("\"x\"", "\"" + "a".repeat(1000) + "\"")
            .replace("event-1", "event-2")
            .getBytes(StandardCharsets.UTF_8);
    try (TopologyHarness harness = harness(Map.of("trace.cause.rules.file", rules.toString()))) {
      harness.event(orphan()).pass(LONG);
      assertThat(harness.counters.sum(Metric.ABANDONED_CAUSE_RULES)).isZero();

      harness.event(slow).pass(LONG);

      assertThat(harness.counters.sum(Metric.FINISHED_TRACES)).isEqualTo(2);
      assertThat(harness.counters.sum(Metric.ABANDONED_CAUSE_RULES)).isEqualTo(1);
    }
  }

  @Test
  void shouldCountAStatusExpressionThatFails(@TempDir Path folder) throws IOException {
    Path rules =
        Files.writeString(
            folder.resolve("rules.tsv"),
            "Widget\texample.com\tsettled\tstatus.size > 1 || status.none == 1\n");
    try (TopologyHarness harness = harness(Map.of("trace.status.rules.file", rules.toString()))) {
      harness.object(object("Widget", "a", "uid-a").status("{size: 2}").envelope());
      assertThat(harness.counters.sum(Metric.FAILED_STATUS_EXPRESSIONS)).isZero();

      harness.object(object("Widget", "b", "uid-b").status("{}").envelope());
      assertThat(harness.counters.sum(Metric.FAILED_STATUS_EXPRESSIONS)).isZero();

      harness.object(object("Widget", "c", "uid-c").status("{size: 'large'}").envelope());
      assertThat(harness.counters.sum(Metric.FAILED_STATUS_EXPRESSIONS)).isEqualTo(1);
    }
  }

  /** What carries it is read as if it had none. */
  @Test
  void shouldCountATraceparentThatIsMalformed() {
    byte[] traced =
        new String(orphan(), StandardCharsets.UTF_8)
            .replace(
                "\"resourceVersion\"",
                "\"annotations\":{\"traceparent\":\"x\"},\"resourceVersion\"")
            .getBytes(StandardCharsets.UTF_8);
    try (TopologyHarness harness = harness(Map.of())) {
      harness.object(object("Widget", "a", "uid-a").annotated("traceparent", "x").envelope());
      harness.event(traced).pass(LONG);

      assertThat(harness.counters.sum(Metric.MALFORMED_TRACEPARENTS)).isEqualTo(2);
      assertThat(harness.counters.sum(Metric.FINISHED_TRACES)).isEqualTo(1);
      assertThat(harness.counters.sum(Metric.DEAD_LETTERS)).isZero();
    }
  }

  private static byte[] orphan() {
    return """
        {"type":"ADDED","cluster":"c","observedAt":"%s","object":{
          "apiVersion":"v1","kind":"Event",
          "metadata":{"name":"ghost.1","namespace":"shop","uid":"event-1","resourceVersion":"1"},
          "involvedObject":{"kind":"Pod","namespace":"shop","name":"ghost","uid":"uid-ghost"},
          "reason":"Pulled","message":"x","type":"Normal","count":1,
          "firstTimestamp":"%s","lastTimestamp":"%s"}}
        """
        .formatted(START, START, START)
        .getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void shouldSayHowLongATaskHasBeenWithoutWatermark() {
    try (TopologyHarness harness = new TopologyHarness(START, Map.of())) {
      metrics.export(harness.counters, Metric.ofRun());
      harness.pass(Duration.ofSeconds(40));

      assertThat(
              Scrape.of(metrics)
                  .sum("kspan_topology_watermark_lag_seconds", "kspan_stage", "gather"))
          .isBetween(39.0, 41.0);
    }
  }

  @Test
  void shouldForgetTheTasksThatItHasNoMore() {
    harness(Map.of()).pass(Duration.ofSeconds(1)).close();

    assertThat(Scrape.of(metrics).types())
        .doesNotContainKey("kspan_topology_watermark_lag_seconds");
  }

  @Test
  void shouldCountDeadLettersByReason() {
    try (TopologyHarness harness = harness(Map.of())) {
      harness.event("no envelope".getBytes(StandardCharsets.UTF_8)).pass(LONG);

      assertThat(
              Scrape.of(metrics)
                  .sum("kspan_topology_dead_letters_total", "kspan_reason", "unreadable"))
          .isEqualTo(1);
    }
  }
}
