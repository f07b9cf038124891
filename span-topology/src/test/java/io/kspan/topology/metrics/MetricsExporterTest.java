package io.kspan.topology.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

class MetricsExporterTest {
  @Test
  void shouldSendTheSameByOtlpWhenToldTo() throws Exception {
    List<byte[]> received = new CopyOnWriteArrayList<>();
    HttpServer backend =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    backend.createContext(
        "/v1/metrics",
        exchange -> {
          try (exchange) {
            received.add(exchange.getRequestBody().readAllBytes());
            exchange.sendResponseHeaders(200, -1);
          }
        });
    backend.start();
    Map<String, String> environment =
        Map.of(
            "OTEL_METRICS_EXPORTER",
            "otlp",
            "OTEL_EXPORTER_OTLP_PROTOCOL",
            "http/protobuf",
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "http://127.0.0.1:" + backend.getAddress().getPort(),
            "OTEL_RESOURCE_ATTRIBUTES",
            "k8s.pod.name=topology-0");
    try (MetricsExporter metrics = MetricsExporter.create("span-topology", environment)) {
      Metrics values = new Metrics();
      metrics.export(values, List.of(Metric.SPANS));
      values.add(Metric.SPANS, 42);
    } finally {
      backend.stop(0);
    }

    assertThat(received).isNotEmpty();
    ResourceMetrics sent =
        ExportMetricsServiceRequest.parseFrom(received.get(received.size() - 1))
            .getResourceMetrics(0);
    assertThat(sent.getResource().getAttributesList().stream().map(KeyValue::getKey))
        .contains("service.instance.id", "k8s.pod.name");
    io.opentelemetry.proto.metrics.v1.Metric spans = sent.getScopeMetrics(0).getMetrics(0);
    assertThat(spans.getName()).isEqualTo("kspan.topology.spans");
    assertThat(spans.getUnit()).isEqualTo("{span}");
    assertThat(spans.getSum().getDataPoints(0).getAsInt()).isEqualTo(42);
  }

  @Test
  void shouldShowDurationsInSecondsAndLeaveOutEmptyLabels() {
    try (MetricsExporter exporter = MetricsExporter.create("test", Map.of())) {
      Metrics metrics = new Metrics();
      exporter.export(metrics, List.of(Metric.values()));
      metrics.add(Metric.PUNCTUATION_TIME, 1_500_000_000, "gather");
      metrics.record(Metric.SINK_REQUEST_DURATION, 0.25, "");
      metrics.record(Metric.SINK_REQUEST_DURATION, 0.5, "503");

      Scrape scrape = Scrape.of(exporter);
      assertThat(
              scrape.sum("kspan_topology_punctuation_time_seconds_total", "kspan_stage", "gather"))
          .isEqualTo(1.5);
      assertThat(scrape.sum("kspan_sink_request_duration_seconds_sum")).isEqualTo(0.75);
      assertThat(scrape.sum("kspan_sink_request_duration_seconds_sum", "error_type", "503"))
          .isEqualTo(0.5);
      assertThat(scrape.sum("kspan_topology_events_total")).isZero();
    }
  }

  @Test
  void shouldForgetTheKindsThatWaitNoMoreAndTheTasksThatAreGone() {
    try (MetricsExporter exporter = MetricsExporter.create("test", Map.of())) {
      Metrics metrics = new Metrics();
      exporter.export(metrics, List.of(Metric.PENDING_ORPHANS));
      metrics.setAll(Metric.PENDING_ORPHANS, Map.of("Pod", 2L, "Job", 1L), "0");
      metrics.setAll(Metric.PENDING_ORPHANS, Map.of("Pod", 4L), "1");
      metrics.setAll(Metric.PENDING_ORPHANS, Map.of("Pod", 3L), "0");
      assertThat(Scrape.of(exporter).samples())
          .filteredOn(sample -> sample.name().equals("kspan_topology_pending_orphans"))
          .hasSize(2);
      assertThat(Scrape.of(exporter).sum("kspan_topology_pending_orphans")).isEqualTo(7);

      metrics.remove(Metric.PENDING_ORPHANS, "1");
      assertThat(Scrape.of(exporter).sum("kspan_topology_pending_orphans")).isEqualTo(3);
    }
  }

  @Test
  void shouldNameTheVariablesThatAreWrong() {
    assertThatThrownBy(
            () -> MetricsExporter.create("test", Map.of("OTEL_METRICS_EXPORTER", "statsd")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll("statsd", "OTEL_METRICS_EXPORTER");
  }
}
