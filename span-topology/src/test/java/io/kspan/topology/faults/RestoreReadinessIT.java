package io.kspan.topology.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kspan.topology.application.SpanTopology;
import io.kspan.topology.application.SpanTopologyApplication;
import io.kspan.topology.config.StreamsDefaults;
import io.kspan.topology.config.TopologyConfig;
import io.kspan.topology.errors.DeadLetter;
import io.kspan.topology.metrics.Metrics;
import io.kspan.topology.metrics.MetricsExporter;
import io.kspan.topology.names.Names;
import io.kspan.topology.ops.HttpEndpoint;
import io.kspan.topology.ops.InputEnds;
import io.kspan.topology.ops.InputPartitions;
import io.kspan.topology.ops.StreamsHealth;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** While an instance restores its state, however long that takes, it lives and is not ready. */
class RestoreReadinessIT {
  private static final String PREFIX = "restore.";
  private static final String GROUP = PREFIX + "topology";
  private static final InputPartitions INPUTS = InputPartitions.equal(Kafka.PARTITIONS);

  @TempDir private Path folder;
  private final HttpClient http = HttpClient.newHttpClient();

  /** Holds the restore of one store from its first batch on. */
  private static final class Held implements StateRestoreListener {
    private final String store;
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    Held(String store) {
      this.store = store;
    }

    @Override
    public void onRestoreStart(TopicPartition partition, String name, long from, long to) {
      // Nothing is restored yet.
    }

    @Override
    public void onBatchRestored(TopicPartition partition, String name, long end, long records) {
      if (name.equals(store)) {
        begun.countDown();
        try {
          released.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }

    @Override
    public void onRestoreEnd(TopicPartition partition, String name, long records) {
      // Whether it is over says the instance.
    }
  }

  private Map<String, String> settings(Broker broker, String state) {
    Map<String, String> settings = new HashMap<>(broker.settings(PREFIX, folder));
    settings.put("watermark.lateness.ms", "2000");
    settings.put("kafka.state.dir", folder.resolve(state).toString());
    return settings;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private int status(int port, String path) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  @ParameterizedTest
  @ValueSource(strings = {Names.LINEAGE_STORE, Names.OBJECTS_STORE})
  void shouldLiveButNotBeReadyUntilItsStateIsRestored(String store) throws Exception {
    try (Broker broker = Broker.start();
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.address()))) {
      broker.createTopics(PREFIX);
      broker.write(PREFIX, Broker.rollouts(2, 4));
      try (SpanTopologyApplication before =
          new SpanTopologyApplication(settings(broker, "before"))) {
        before.start();
        await().atMost(Kafka.PATIENCE).until(() -> broker.hasRead(PREFIX, GROUP));
      }

      TopologyConfig config = new TopologyConfig(settings(broker, "after"));
      Metrics counters = new Metrics();
      Properties settings = StreamsDefaults.of(config);
      settings.put(DeadLetter.METRICS_CONFIG, counters);
      Held held = new Held(store);
      int port = freePort();
      try (InputEnds ends =
              new InputEnds(
                  admin, GROUP, config.topics(), INPUTS, InstantSource.system(), () -> false);
          KafkaStreams streams =
              new KafkaStreams(new SpanTopology(config, INPUTS, ends, counters).get(), settings);
          MetricsExporter metrics = MetricsExporter.create("test", Map.of());
          HttpEndpoint endpoint =
              new HttpEndpoint(
                  Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)),
                  new StreamsHealth(() -> streams, Optional::empty, () -> ends, Long.MAX_VALUE),
                  metrics)) {
        endpoint.start();
        ends.start();
        streams.setGlobalStateRestoreListener(held);
        // Returns when the global store is restored.
        CompletableFuture<Void> started = CompletableFuture.runAsync(streams::start);
        try {
          held.begun.await();
          assertThat(status(port, "/readyz")).isEqualTo(503);
          assertThat(status(port, "/livez")).isEqualTo(200);
        } finally {
          held.released.countDown();
        }
        started.get();
        await().atMost(Kafka.PATIENCE).until(() -> status(port, "/readyz") == 200);
        streams.close(Duration.ofSeconds(30));
      }
    }
  }
}
