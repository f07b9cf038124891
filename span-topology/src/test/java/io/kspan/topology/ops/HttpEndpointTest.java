package io.kspan.topology.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kspan.topology.metrics.Metric;
import io.kspan.topology.metrics.Metrics;
import io.kspan.topology.metrics.MetricsExporter;
import io.kspan.topology.metrics.Scrape;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpEndpointTest {
  private final MetricsExporter metrics = MetricsExporter.create("test", Map.of());
  private Optional<String> notAlive = Optional.empty();
  private Optional<String> notReady = Optional.empty();
  private final HttpEndpoint endpoint = endpoint(0);

  private HttpEndpoint endpoint(int port) {
    Health health =
        new Health() {
          @Override
          public Optional<String> notAlive() {
            return notAlive;
          }

          @Override
          public Optional<String> notReady() {
            return notReady;
          }
        };
    return new HttpEndpoint(
        Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)),
        health,
        metrics);
  }

  @BeforeEach
  void start() {
    endpoint.start();
  }

  @AfterEach
  void stop() {
    endpoint.close();
    metrics.close();
  }

  @Test
  void shouldAnswerProbes() throws Exception {
    assertThat(get("/livez").statusCode()).isEqualTo(200);
    assertThat(get("/readyz").body()).isEqualTo("ok\n");

    notReady = Optional.of("restoring");
    assertThat(get("/livez").statusCode()).isEqualTo(200);
    assertThat(get("/readyz").statusCode()).isEqualTo(503);
    assertThat(get("/readyz").body()).isEqualTo("restoring\n");

    notAlive = Optional.of("dead");
    assertThat(get("/livez").statusCode()).isEqualTo(503);
    assertThat(get("/livez").body()).isEqualTo("dead\n");
  }

  @Test
  void shouldBeScrapedInTheFormatThatIsAskedFor() throws Exception {
    Metrics values = new Metrics();
    values.add(Metric.EVENTS, 3);
    metrics.export(values, List.of(Metric.EVENTS));

    HttpResponse<String> text = get("/metrics");
    assertThat(text.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain");
    assertThat(Scrape.of(text.body()).sum("kspan_topology_events_total")).isEqualTo(3);
    assertThat(text.body()).contains("target_info", "service_name=\"test\"");

    HttpResponse<String> open = get("/metrics", "GET", "application/openmetrics-text");
    assertThat(open.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/openmetrics-text");
    assertThat(open.body()).endsWith("# EOF\n");
  }

  @Test
  void shouldRefuseWhatItDoesNotHave() throws Exception {
    assertThat(get("/").statusCode()).isEqualTo(404);
    assertThat(get("/livez/x").statusCode()).isEqualTo(404);
    assertThat(get("/livezz").statusCode()).isEqualTo(404);
    assertThat(get("/metrics", "POST", "*/*").statusCode()).isEqualTo(405);
    HttpResponse<String> head = get("/readyz", "HEAD", "*/*");
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
  }

  @Test
  void shouldNameThePortThatIsTaken() {
    try (HttpEndpoint second = endpoint(endpoint.port())) {
      assertThatThrownBy(second::start)
          .isInstanceOf(ConfigException.class)
          .hasMessageContainingAll("http.listen", ":" + endpoint.port(), "choose another address");
    }
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return get(path, "GET", "*/*");
  }

  private HttpResponse<String> get(String path, String method, String accept)
      throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + endpoint.port() + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .header("Accept", accept)
                .build(),
            BodyHandlers.ofString());
  }
}
