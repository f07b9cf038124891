package io.kspan.deploy.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Volume;
import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.MountableFile;

/**
 * The images as {@code docker compose build} makes them, restricted as in docker-compose.yml, with
 * Kafka and Jaeger in the versions that stand there.
 */
@NeedsEngine
class ImagesIT {
  private static final String VERSION = System.getProperty("project.version");
  private static final String TOPOLOGY = "kspan/span-topology:" + VERSION;
  private static final String CONNECT = "kspan/connect:" + VERSION;
  private static final String QUICKSTART = "kspan/quickstart:" + VERSION;
  private static final Duration START = Duration.ofMinutes(3);
  private static final Duration TRACES = Duration.ofMinutes(4);

  /** Neither root nor the user of the image. */
  private static final int ANY_USER = 12345;

  private static Network network;
  private static KafkaContainer kafka;

  @BeforeAll
  static void startKafka() throws Exception {
    ComposeProject.build("quickstart", QUICKSTART);
    network = Network.newNetwork();
    kafka =
        new KafkaContainer("apache/kafka:4.3.1")
            .withNetwork(network)
            .withListener("kafka:19092")
            .withCopyFileToContainer(
                MountableFile.forHostPath(
                    Path.of("topics/create-topics.sh").toAbsolutePath(), 0755),
                "/tmp/create-topics.sh");
    kafka.start();
    ExecResult topics =
        kafka.execInContainer(
            "bash",
            "-c",
            "BOOTSTRAP_SERVERS=kafka:19092 REPLICATION_FACTOR=1 /tmp/create-topics.sh");
    assertThat(topics.getExitCode()).as("%s", topics).isZero();
  }

  @AfterAll
  static void stopKafka() {
    if (kafka != null) {
      kafka.stop();
      network.close();
    }
  }

  @Test
  void shouldBeReadyAndStopInTimeWithCodeZero() {
    try (GenericContainer<?> topology = restricted(TOPOLOGY)) {
      topology
          .withCommand("run")
          .withEnv("KSPAN_BOOTSTRAP_SERVERS", "kafka:19092")
          .withEnv("KSPAN_HTTP_LISTEN", "0.0.0.0:8080")
          .withEnv("KSPAN_KAFKA_STATE_DIR", "/var/lib/span-topology")
          .withExposedPorts(8080)
          .waitingFor(Wait.forHttp("/readyz").forPort(8080).withStartupTimeout(START));
      topology.start();

      // SIGTERM, and SIGKILL after the time that Compose gives it.
      topology.getDockerClient().stopContainerCmd(topology.getContainerId()).withTimeout(30).exec();

      assertThat(
              topology
                  .getDockerClient()
                  .inspectContainerCmd(topology.getContainerId())
                  .exec()
                  .getState()
                  .getExitCodeLong())
          .isZero();
    }
  }

  @Test
  void shouldExportToJaeger() throws Exception {
    try (GenericContainer<?> jaeger =
            new GenericContainer<>("jaegertracing/jaeger:2.21.0")
                .withNetwork(network)
                .withNetworkAliases("jaeger")
                .withExposedPorts(16686)
                .waitingFor(Wait.forHttp("/").forPort(16686).withStartupTimeout(START));
        GenericContainer<?> sink = restricted(TOPOLOGY)) {
      jaeger.start();
      sink.withCommand("sink")
          .withEnv("KSPAN_BOOTSTRAP_SERVERS", "kafka:19092")
          .withEnv("KSPAN_HTTP_LISTEN", "0.0.0.0:8080")
          .withEnv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://jaeger:4317")
          .withExposedPorts(8080)
          .waitingFor(Wait.forHttp("/livez").forPort(8080).withStartupTimeout(START));
      sink.start();
      byte[] traceId = HexFormat.of().parseHex("0af7651916cd43dd8448eb211c80319c");
      write(traceId);

      URI query =
          URI.create(
              "http://%s:%d/api/traces/%s"
                  .formatted(
                      jaeger.getHost(),
                      jaeger.getMappedPort(16686),
                      HexFormat.of().formatHex(traceId)));
      await()
          .atMost(1, TimeUnit.MINUTES)
          .untilAsserted(() -> assertThat(get(query)).contains("Deployment.Update"));
    }
  }

  @Test
  void shouldOfferTheConnector() throws Exception {
    try (GenericContainer<?> connect = restricted(CONNECT)) {
      connect
          .withEnv("BOOTSTRAP_SERVERS", "kafka:19092")
          .withEnv("CONNECT_GROUP", "kspan-connect")
          .withExposedPorts(8083)
          .waitingFor(Wait.forHttp("/health").forPort(8083).withStartupTimeout(START));
      connect.start();

      URI plugins =
          URI.create(
              "http://%s:%d/connector-plugins"
                  .formatted(connect.getHost(), connect.getMappedPort(8083)));
      assertThat(get(plugins)).contains("io.kspan.connect.KubernetesEventSourceConnector");
    }
  }

  /** Without arguments it plays the recording, as the README starts it. */
  @Test
  void shouldShowTracesOnThePageOfTheQuickstart() throws Exception {
    try (GenericContainer<?> quickstart = quickstart()) {
      quickstart.start();

      untilTraceOnPage(quickstart);
      assertThat(get(page(quickstart, "/"))).contains("</html>");
      assertThat(quickstart.getLogs()).contains("the recording plays");
    }
  }

  @Test
  void shouldWatchTheClusterOfAMountedKubeconfig(@TempDir Path folder) throws Exception {
    Path kubeconfig = folder.resolve("config");
    try (WatchedCluster cluster = new WatchedCluster(ComposeProject.gateway());
        GenericContainer<?> quickstart = quickstart()) {
      Files.writeString(kubeconfig, cluster.kubeconfig());
      // Only its owner may read a kubeconfig: the image runs as any user.
      Files.setPosixFilePermissions(kubeconfig, PosixFilePermissions.fromString("rw-------"));
      if (Files.getAttribute(kubeconfig, "unix:uid").equals(0)) {
        Files.setAttribute(kubeconfig, "unix:uid", ANY_USER);
      }
      String owner = Files.getAttribute(kubeconfig, "unix:uid").toString();
      quickstart.withCreateContainerCmdModifier(
          command -> {
            command
                .withUser(owner)
                .getHostConfig()
                .withBinds(
                    new Bind(kubeconfig.toString(), new Volume("/kubeconfig"), AccessMode.ro));
          });
      quickstart.start();

      await().atMost(START).until(cluster::isWatched);
      cluster.play();
      untilTraceOnPage(quickstart);
      assertThat(quickstart.getLogs()).contains("context recorded of /kubeconfig");
    }
  }

  private static GenericContainer<?> quickstart() {
    return restricted(QUICKSTART)
        .withExposedPorts(8080)
        .waitingFor(Wait.forHealthcheck().withStartupTimeout(START));
  }

  private static void untilTraceOnPage(GenericContainer<?> quickstart) {
    try {
      await()
          .atMost(TRACES)
          .pollInterval(1, TimeUnit.SECONDS)
          .untilAsserted(
              () ->
                  assertThat(get(page(quickstart, "/traces.json"))).contains("Deployment.Update"));
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(quickstart.getLogs(), e);
    }
  }

  private static URI page(GenericContainer<?> quickstart, String path) {
    // The page answers under names of the loopback interface only.
    return URI.create("http://127.0.0.1:" + quickstart.getMappedPort(8080) + path);
  }

  private static GenericContainer<?> restricted(String image) {
    return new GenericContainer<>(image)
        .withNetwork(network)
        .withTmpFs(Map.of("/tmp", "exec,mode=1777"))
        .withCreateContainerCmdModifier(
            command ->
                command.getHostConfig().withReadonlyRootfs(true).withCapDrop(Capability.ALL));
  }

  private static void write(byte[] traceId) throws Exception {
    long now = TimeUnit.SECONDS.toNanos(Instant.now().getEpochSecond());
    ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
    request
        .addResourceSpansBuilder()
        .addScopeSpansBuilder()
        .addSpans(
            Span.newBuilder()
                .setName("Deployment.Update")
                .setTraceId(ByteString.copyFrom(traceId))
                .setSpanId(ByteString.copyFrom(traceId, 0, 8))
                .setStartTimeUnixNano(now)
                .setEndTimeUnixNano(now + 1));
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", kafka.getBootstrapServers());
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer
          .send(new ProducerRecord<>("k8s.spans", traceId, request.build().toByteArray()))
          .get(1, TimeUnit.MINUTES);
    }
  }

  private static String get(URI uri) throws Exception {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
