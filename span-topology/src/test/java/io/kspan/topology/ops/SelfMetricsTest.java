package io.kspan.topology.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

class SelfMetricsTest {
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
    try (SelfMetrics metrics = SelfMetrics.create("span-topology", environment)) {
      new Instruments(metrics.meter()).count(Metrics.SPANS, () -> 42);
    } finally {
      backend.stop(0);
    }

    assertThat(received).isNotEmpty();
    ResourceMetrics sent =
        ExportMetricsServiceRequest.parseFrom(received.get(received.size() - 1))
            .getResourceMetrics(0);
    assertThat(sent.getResource().getAttributesList().stream().map(KeyValue::getKey))
        .contains("service.instance.id", "k8s.pod.name");
    Metric spans = sent.getScopeMetrics(0).getMetrics(0);
    assertThat(spans.getName()).isEqualTo("kspan.spans");
    assertThat(spans.getUnit()).isEqualTo("{span}");
    assertThat(spans.getSum().getDataPoints(0).getAsInt()).isEqualTo(42);
  }

  @Test
  void shouldNameTheVariablesThatAreWrong() {
    assertThatThrownBy(() -> SelfMetrics.create("test", Map.of("OTEL_METRICS_EXPORTER", "statsd")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll("statsd", "OTEL_METRICS_EXPORTER");
  }
}
