package io.kspan.topology.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kspan.testsupport.JavaProcess;
import io.kspan.topology.CommandRun;
import io.kspan.topology.cli.Shutdown;
import io.kspan.topology.model.FinishedTrace;
import io.kspan.topology.names.Topics;
import io.kspan.topology.otlp.OtlpEncoder;
import io.kspan.topology.otlp.Traces;
import io.kspan.topology.wire.proto.OpenTraces;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code serve} beside three instances, one of which is killed. Sessions last for hours, so that
 * all rollouts stay open until the end of the input.
 */
class ServeIT {
  private static final String PREFIX = "serve.";
  private static final int PARTITIONS = 3;
  private static final int ROLLOUTS = 24;
  private static final int FINISHED = 10_000;
  private static final String HOURS = "7200000";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Running> running = new ArrayList<>();
  private final int page = freePort();

  @TempDir private Path folder;

  /** A command in this JVM. */
  private record Running(Shutdown shutdown, CommandRun command, CompletableFuture<Integer> code) {
    static Running start(Map<String, String> settings, String name) {
      Shutdown shutdown = new Shutdown();
      CommandRun command = new CommandRun();
      return new Running(
          shutdown,
          command,
          CompletableFuture.supplyAsync(
              () -> command.execute(shutdown, Map.of(), CommandRun.line(name, settings))));
    }

    int stop() {
      shutdown.request();
      return code.join();
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterEach
  void stop() {
    running.forEach(Running::stop);
  }

  private Map<String, String> instance(Broker broker, int port) {
    Map<String, String> settings = new HashMap<>(broker.settings(PREFIX, folder));
    settings.put("watermark.lateness.ms", "2000");
    settings.put("kafka.session.timeout.ms", "15000");
    for (String quiet :
        List.of("settle", "settle.warning", "settle.unknown", "inactivity", "failing")) {
      settings.put("trace." + quiet + ".ms", HOURS);
    }
    settings.put("trace.max.duration.ms", HOURS);
    settings.put("http.listen", "127.0.0.1:" + port);
    settings.put("kafka.application.server", "127.0.0.1:" + port);
    settings.put("kafka.state.dir", folder.resolve("state-" + port).toString());
    settings.put("kafka.num.stream.threads", "1");
    return settings;
  }

  private JsonNode get(String path) {
    try {
      HttpResponse<String> response =
          http.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + page + path)).build(),
              BodyHandlers.ofString());
      return response.statusCode() == 200
          ? JSON.readTree(response.body())
          : JSON.createObjectNode();
    } catch (IOException e) {
      return JSON.createObjectNode();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private JsonNode open() {
    return get("/kspan/traces.json").path("open");
  }

  private static Set<String> ids(JsonNode traces) {
    Set<String> ids = new TreeSet<>();
    traces.forEach(trace -> ids.add(trace.path("id").asText()));
    return ids;
  }

  private static Set<String> roots(JsonNode traces) {
    Set<String> roots = new TreeSet<>();
    traces.forEach(
        trace -> roots.add(trace.path("root").path("attributes").path("k8s.object.uid").asText()));
    return roots;
  }

  private int ownPartitions(int port) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/open")).build();
    return OpenTraces.parseFrom(http.send(request, BodyHandlers.ofByteArray()).body())
        .getOwnPartitionsCount();
  }

  private void writeFinished(Broker broker) {
    OtlpEncoder encoder = new OtlpEncoder();
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.address()),
            new StringSerializer(),
            new ByteArraySerializer())) {
      String topic = Topics.withPrefix(PREFIX).spans();
      for (int number = 1; number <= FINISHED; number++) {
        FinishedTrace trace = Traces.trace(number, 5, 20);
        encoder
            .encode(trace)
            .forEach(
                request -> producer.send(new ProducerRecord<>(topic, trace.traceId(), request)));
      }
      producer.send(
          new ProducerRecord<>(topic, "no id", "no OTLP".getBytes(StandardCharsets.UTF_8)));
    }
  }

  @Test
  void shouldShowWhatIsFinishedAndWhatIsOpenAndSayWhatIsMissing() throws Exception {
    try (Broker broker = Broker.start()) {
      shouldShowWhatIsFinishedAndWhatIsOpen(broker);
    }
  }

  private void shouldShowWhatIsFinishedAndWhatIsOpen(Broker broker) throws Exception {
    broker.createTopics(PREFIX, PARTITIONS);
    broker.write(
        PREFIX,
        Broker.rollouts(
            1,
            Instant.now().truncatedTo(ChronoUnit.MINUTES).minus(Duration.ofMinutes(5)),
            ROLLOUTS,
            2));
    writeFinished(broker);
    int[] ports = {freePort(), freePort(), freePort()};
    try (JavaProcess killed =
        new JavaProcess(
            512,
            "io.kspan.topology.Main",
            JavaProcess.arguments("run", instance(broker, ports[0])),
            folder.resolve("killed.log"))) {
      running.add(Running.start(instance(broker, ports[1]), "run"));
      running.add(Running.start(instance(broker, ports[2]), "run"));
      running.add(
          Running.start(
              Map.of(
                  "bootstrap.servers",
                  broker.address(),
                  "topic.prefix",
                  PREFIX,
                  "http.listen",
                  "127.0.0.1:" + page,
                  "serve.base.path",
                  "/kspan",
                  // The other two are named by this one.
                  "serve.instances",
                  "127.0.0.1:" + ports[1],
                  "serve.max.traces",
                  Integer.toString(FINISHED + 10 * ROLLOUTS)),
              "serve"));
      await()
          .atMost(Kafka.PATIENCE)
          .ignoreExceptions()
          .untilAsserted(
              () -> {
                assertThat(ownPartitions(ports[0])).isPositive();
                assertThat(open().path("missing")).isEmpty();
                assertThat(roots(open().path("traces"))).hasSize(ROLLOUTS);
              });
      Set<String> open = ids(open().path("traces"));
      JsonNode root = open().path("traces").get(0).path("root").path("attributes");
      assertThat(root.path("kspan.provisional").asBoolean()).isTrue();
      assertThat(root.path("kspan.open.reason").asText()).contains("tree ");
      String id = open.iterator().next();
      assertThat(get("/kspan/trace.json?id=" + id).path("spans").size()).isGreaterThan(5);
      await()
          .atMost(Kafka.PATIENCE)
          .untilAsserted(
              () -> assertThat(get("/kspan/traces.json").path("traces")).hasSize(FINISHED));
      assertThat(get("/kspan/search.json?q=" + "%032x".formatted(77)).path("ids")).hasSize(1);

      killed.kill();
      await()
          .atMost(Kafka.PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(open().path("missing").toString())
                      .contains("127.0.0.1:" + ports[0] + " does not answer", "of 3 is not shown"));
      // The others take over, with the state.
      await()
          .atMost(Kafka.PATIENCE)
          .untilAsserted(
              () -> {
                assertThat(open().path("missing")).isEmpty();
                assertThat(ids(open().path("traces"))).containsAll(open);
              });

      broker.writeEnd(PREFIX, PARTITIONS);
      await()
          .atMost(Kafka.PATIENCE)
          .untilAsserted(
              () -> {
                assertThat(open().path("traces")).isEmpty();
                assertThat(ids(get("/kspan/traces.json").path("traces"))).containsAll(open);
              });
    }
    for (Running command : running) {
      assertThat(command.stop()).isZero();
    }
  }
}
