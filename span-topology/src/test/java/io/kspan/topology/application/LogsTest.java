package io.kspan.topology.application;

import static io.kspan.testsupport.generate.Input.event;
import static io.kspan.testsupport.generate.Input.object;
import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import io.kspan.topology.metrics.Metric;
import io.kspan.topology.otlp.OtlpDecoder;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;

/** What the topology writes to the logs topic. */
class LogsTest {
  private final Input first =
      object("Deployment", "web", "uid-d")
          .inNamespace("shop")
          .generation(1)
          .created(0)
          .spec("{replicas: 1}")
          .status("{observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1}")
          .received(0.5);

  private static Input about(String uid, double at) {
    return event(uid, "Deployment", "web", "uid-d").inNamespace("shop").reason("Any").at(at);
  }

  @Test
  void shouldWriteALogRecordForEachOccurrenceWithTheIdsOfItsSpan() {
    try (TopologyHarness harness = harness(Map.of("logs.enabled", "true"))) {
      List<TestRecord<String, byte[]>> records = harness.logs();
      List<LogRecord> logs = logs(records);
      List<Span> events =
          harness.spans().stream()
              .flatMap(OtlpDecoder::spans)
              .filter(span -> OtlpDecoder.text(span, "kspan.origin").equals("event"))
              .toList();

      assertThat(logs).hasSize(2);
      assertThat(logs)
          .extracting(OtlpDecoder::ids)
          .containsExactlyInAnyOrderElementsOf(events.stream().map(OtlpDecoder::ids).toList());
      assertThat(logs).extracting(LogRecord::getFlags).containsOnly(1);
      assertThat(logs)
          .allSatisfy(
              log ->
                  assertThat(log.getObservedTimeUnixNano())
                      .isGreaterThanOrEqualTo(log.getTimeUnixNano()));
      assertThat(records)
          .allSatisfy(
              record ->
                  assertThat(record.key())
                      .isEqualTo(HexFormat.of().formatHex(logs.get(0).getTraceId().toByteArray())));
      assertThat(harness.counters.sum(Metric.LOG_RECORDS)).isEqualTo(2);
    }
  }

  @Test
  void shouldWriteThoseOfATraceThatSamplingLeavesOut() {
    Map<String, String> settings =
        Map.of(
            "logs.enabled",
            "true",
            "trace.sampling.ratio",
            "0",
            "trace.sampling.keep.errors",
            "false");
    try (TopologyHarness harness = harness(settings)) {
      assertThat(harness.spans()).isEmpty();
      assertThat(logs(harness.logs())).extracting(LogRecord::getFlags).containsExactly(0, 0);
    }
  }

  @Test
  void shouldWriteNothingUnlessTold() {
    try (TopologyHarness harness = harness(Map.of())) {
      assertThat(harness.spans()).isNotEmpty();
      assertThat(harness.logs()).isEmpty();
    }
  }

  private TopologyHarness harness(Map<String, String> settings) {
    TopologyHarness harness = new TopologyHarness(Input.START, settings);
    return harness.pipe(first).pipe(about("a", 1)).pipe(about("b", 2)).end();
  }

  private static List<LogRecord> logs(List<TestRecord<String, byte[]>> records) {
    return records.stream().flatMap(record -> OtlpDecoder.logs(record.value())).toList();
  }
}
