package io.kspan.topology.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kspan.testsupport.generate.InputMessage;
import io.kspan.topology.application.SpanTopologyApplication;
import io.kspan.topology.metrics.MetricsExporter;
import io.kspan.topology.metrics.Scrape;
import io.kspan.topology.ops.HttpEndpoint;
import java.io.IOException;
import java.io.Reader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The two operating profiles as they are shipped: an instance works, another joins, the first one
 * goes. The spans are those of an instance that nothing disturbs.
 */
@Execution(ExecutionMode.CONCURRENT)
class OperatingProfilesIT {
  private static final Path PROFILES = Path.of("../deploy/topology");
  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private static final List<InputMessage> INPUT = Broker.rollouts(4, 3);

  @TempDir private static Path folder;
  private static Broker broker;
  private static List<String> undisturbed;

  @BeforeAll
  static void start() throws Exception {
    broker = Broker.start();
    undisturbed = broker.undisturbed("alone.", INPUT, folder);
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @Test
  void shouldRebalanceWithTheClassicProtocolAndStaticMembers() throws Exception {
    List<String> members = rebalance("classic.", "classic.properties", "group.instance.id");
    assertThat(members).as("of one that was closed, too").contains("a-1", "a-2", "b-1", "b-2");
  }

  @Test
  void shouldRebalanceWithTheStreamsProtocol() throws Exception {
    broker.configureGroup("streams.topology", "streams.num.standby.replicas", "1");
    rebalance("streams.", "streams.properties", "client.id");
  }

  private List<String> rebalance(String prefix, String profile, String nameKey) throws Exception {
    broker.createTopics(prefix);
    int half = INPUT.size() / 2;
    try (MetricsExporter metrics = MetricsExporter.create("second", Map.of());
        SpanTopologyApplication first = instance(prefix, profile, nameKey, "a");
        SpanTopologyApplication second = instance(prefix, profile, nameKey, "b");
        HttpEndpoint endpoint = new HttpEndpoint(Optional.of(ANY_PORT), second, metrics)) {
      endpoint.start();
      first.start();
      broker.write(prefix, INPUT.subList(0, half));
      await().atMost(Broker.PATIENCE).until(() -> first.progress().objects() > 0);

      second.exportTo(metrics);
      assertThat(get(endpoint, "/readyz")).isEqualTo("503 not started yet\n");
      second.start();
      assertThat(get(endpoint, "/readyz")).startsWith("503 Kafka Streams is in state ");
      assertThat(get(endpoint, "/livez")).isEqualTo("200 ok\n");
      await()
          .atMost(Broker.PATIENCE)
          .untilAsserted(() -> assertThat(get(endpoint, "/readyz")).isEqualTo("200 ok\n"));
      broker.write(prefix, INPUT.subList(half, INPUT.size()));
      await()
          .atMost(Broker.PATIENCE)
          .until(
              () -> Scrape.of(metrics).types().containsKey("kspan_topology_watermark_lag_seconds"));
      assertThat(first.close(first.shutdownTimeout())).isTrue();
      List<String> members = broker.staticMembers(prefix + "topology");

      broker.writeEnd(prefix);
      await()
          .atMost(Broker.PATIENCE)
          .until(() -> second.progress().drained().size() == Broker.PARTITIONS);
      assertThat(second.failure()).isEmpty();
      Scrape scrape = Scrape.of(metrics);
      assertThat(scrape.sum("kafka_streams_client_state", "kafka_streams_state", "RUNNING"))
          .isEqualTo(1);
      assertThat(scrape.sum("kafka_streams_alive_threads")).isEqualTo(2);
      assertThat(scrape.sum("kafka_streams_store_keys", "kafka_streams_store", "known-objects"))
          .isPositive();
      assertThat(scrape.types())
          .containsKeys(
              "kspan_topology_input_lag",
              "kafka_streams_store_size_bytes",
              "kafka_streams_restore_remaining",
              "kafka_streams_max_commit_latency_seconds",
              "kafka_streams_max_punctuate_latency_seconds");
      // Drained is what has been processed; what has been committed is there after a close.
      assertThat(second.close(second.shutdownTimeout())).isTrue();
      assertThat(broker.spans(prefix)).isEqualTo(undisturbed);
      return members;
    }
  }

  private static String get(HttpEndpoint endpoint, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + endpoint.port() + path);
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    return answer.statusCode() + " " + answer.body();
  }

  /** As shipped, but for where things are, and how long the session of a member that left lasts. */
  private SpanTopologyApplication instance(
      String prefix, String profile, String nameKey, String name) throws IOException {
    Map<String, String> settings = new HashMap<>();
    Properties shipped = new Properties();
    try (Reader file = Files.newBufferedReader(PROFILES.resolve(profile))) {
      shipped.load(file);
    }
    shipped.stringPropertyNames().forEach(key -> settings.put(key, shipped.getProperty(key)));
    Map<String, String> here = new HashMap<>(broker.settings(prefix, folder));
    // One broker; and a session must end within the test.
    here.put("kafka.replication.factor", "1");
    here.put("kafka.topic.min.insync.replicas", "1");
    here.put("kafka.state.dir", folder.resolve(prefix + name).toString());
    here.put("kafka." + nameKey, name);
    here.put("http.listen", "");
    settings.putAll(here);
    return new SpanTopologyApplication(settings);
  }
}
