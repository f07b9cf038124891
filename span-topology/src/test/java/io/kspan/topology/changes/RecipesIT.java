package io.kspan.topology.changes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.kspan.topology.faults.Broker;
import io.kspan.topology.faults.Kafka;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.h2.tools.Server;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The recipes of docs/changes.md, run on what the topology writes to a broker. */
@Execution(ExecutionMode.CONCURRENT)
class RecipesIT {
  private static final String RECIPES = "../docs/recipes/ChangeRecipes.java";
  private static final String PREFIX = "recipes.";
  private static final String TOPIC = PREFIX + "changes";
  private static final int TREES = 6;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path folder;
  private static Broker broker;
  private static List<JsonNode> written;

  private final List<Process> started = new ArrayList<>();
  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private volatile int refused;
  private HttpServer server;

  private record Call(String path, String contentType, String authorization, byte[] body) {
    JsonNode json() {
      return parse(body);
    }
  }

  private static JsonNode parse(byte[] value) {
    try {
      return JSON.readTree(value);
    } catch (IOException e) {
      throw new IllegalStateException(new String(value, StandardCharsets.UTF_8), e);
    }
  }

  /** Rollouts that succeed, one that fails, and a record that is none. */
  @BeforeAll
  static void fill() throws Exception {
    broker = Broker.start();
    broker.createTopics(PREFIX);
    broker.write(PREFIX, Kafka.rollouts(TREES, 2));
    broker.writeEnd(PREFIX);
    Kafka.runToEnd(broker.settings(PREFIX, folder), Kafka.PARTITIONS, Kafka.PATIENCE);
    broker.write(TOPIC, "hello".getBytes(StandardCharsets.UTF_8));
    broker.write(
        TOPIC,
        FinishedChangeTest.json(
            FinishedChangeTest.FINISHED
                .replace("succeeded", "failed")
                .replace("'c/u/2/finished'", "'c/failed/2/finished'")
                .replace(
                    "'finishedBy'",
                    "'error':{'reason':'BackOff','object':{'kind':'Pod','name':'web-a'}},'finishedBy'")));
    written =
        broker.read(TOPIC).stream()
            .filter(record -> record.value()[0] == '{')
            .map(record -> parse(record.value()))
            .toList();
    assertThat(finished()).hasSizeGreaterThan(TREES);
  }

  @AfterAll
  static void close() {
    broker.close();
  }

  @AfterEach
  void stop() {
    started.forEach(Process::destroyForcibly);
    if (server != null) {
      server.stop(0);
    }
  }

  private static List<JsonNode> finished() {
    return written.stream().filter(e -> e.path("type").asText().contains("finished")).toList();
  }

  private String serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    return "http://localhost:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    boolean refuse = refused > 0;
    if (refuse) {
      refused--;
    } else {
      calls.add(
          new Call(
              exchange.getRequestURI().getPath(),
              exchange.getRequestHeaders().getFirst("Content-Type"),
              exchange.getRequestHeaders().getFirst("Authorization"),
              body));
    }
    exchange.sendResponseHeaders(refuse ? 503 : 200, -1);
    exchange.close();
  }

  private Process run(String recipe, String target) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                RECIPES,
                recipe,
                target)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(recipe + started.size() + ".log").toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "BOOTSTRAP_SERVERS", broker.address(), "CHANGES_TOPIC", TOPIC, "TOKEN", "secret"));
    Process process = builder.start();
    started.add(process);
    return process;
  }

  private void awaitCalls(int count) {
    await().atMost(Kafka.PATIENCE).until(() -> calls.size() >= count);
  }

  @Test
  void shouldMarkDeploymentsInGrafana() throws Exception {
    run("grafana", serve());
    awaitCalls(finished().size());
    assertThat(calls)
        .allSatisfy(
            call -> {
              assertThat(call.path()).isEqualTo("/api/annotations");
              assertThat(call.authorization()).isEqualTo("Bearer secret");
              assertThat(call.json().path("time").asLong())
                  .isLessThanOrEqualTo(call.json().path("timeEnd").asLong());
              assertThat(call.json().path("tags").get(0).asText()).isEqualTo("kspan");
            });
    assertThat(calls.stream().map(call -> call.json().path("time").asLong()).toList())
        .containsExactlyInAnyOrderElementsOf(
            finished().stream()
                .map(e -> Instant.parse(e.at("/data/start").asText()).toEpochMilli())
                .toList());
  }

  /** A receiver that fails ends the program; started again, it goes on where it was. */
  @Test
  void shouldSendMessagesAtLeastOnce() throws Exception {
    refused = 1;
    String url = serve() + "/hook";
    Process first = run("slack", url);
    assertThat(first.waitFor(Kafka.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(first.exitValue()).isNotZero();

    run("slack", url);
    awaitCalls(finished().size());
    List<String> texts = calls.stream().map(call -> call.json().path("text").asText()).toList();
    assertThat(texts)
        .hasSize(finished().size())
        .contains(
            "Deployment/shop/web failed after 6 s; BackOff of Pod web-a. Trace 0af7651916cd43dd8448eb211c80319c.");
    assertThat(texts).anySatisfy(text -> assertThat(text).contains(" succeeded after "));
  }

  @Test
  void shouldPostCloudEventsAsTheyAre() throws Exception {
    run("webhook", serve());
    awaitCalls(written.size());
    assertThat(calls)
        .allSatisfy(
            call -> {
              assertThat(call.contentType()).isEqualTo("application/cloudevents+json");
              assertThat(ChangeSchema.problems(call.body())).isEmpty();
            });
    assertThat(calls.stream().map(Call::json).toList())
        .containsExactlyInAnyOrderElementsOf(written);
  }

  @Test
  void shouldMapToCdEvents() throws Exception {
    run("cdevents", serve());
    List<String> expected =
        finished().stream().map(RecipesIT::cdType).filter(type -> !type.isEmpty()).toList();
    awaitCalls(expected.size());
    assertThat(calls.stream().map(call -> call.json().path("type").asText()).toList())
        .containsExactlyInAnyOrderElementsOf(expected)
        .contains("dev.cdevents.incident.detected.0.2.0", "dev.cdevents.service.deployed.0.2.0");
    for (Call call : calls) {
      JsonNode event = call.json();
      JsonNode cdEvent = event.path("data");
      assertThat(cdEvent.at("/context/type")).isEqualTo(event.path("type"));
      assertThat(cdEvent.at("/context/id").asText()).isNotEmpty();
      assertThat(cdEvent.at("/context/source").asText()).isNotEmpty();
      Instant.parse(cdEvent.at("/context/timestamp").asText());
      assertThat(cdEvent.at("/subject/id")).isEqualTo(event.path("subject"));
      assertThat(cdEvent.at("/subject/content/environment/id").asText()).contains("/");
      assertThat(cdEvent.at("/customData/traceId").asText()).hasSize(32);
    }
  }

  private static String cdType(JsonNode event) {
    boolean first = event.at("/data/generation").asLong() <= 1;
    return switch (event.at("/data/outcome").asText()) {
      case "succeeded" -> "dev.cdevents.service." + (first ? "deployed" : "upgraded") + ".0.2.0";
      case "deleted" -> "dev.cdevents.service.removed.0.2.0";
      case "failed" -> "dev.cdevents.incident.detected.0.2.0";
      default -> "";
    };
  }

  @Test
  void shouldFillATable() throws Exception {
    Server database =
        Server.createTcpServer("-tcpPort", "0", "-ifNotExists", "-baseDir", folder.toString());
    database.start();
    try {
      shouldFillATable("jdbc:h2:tcp://localhost:" + database.getPort() + "/./changes");
    } finally {
      database.stop();
    }
  }

  private void shouldFillATable(String url) throws Exception {
    run("sql", url);
    Set<String> keys =
        written.stream()
            .map(e -> e.path("id").asText().replaceAll("/[a-z]+$", ""))
            .collect(Collectors.toSet());
    await()
        .atMost(Kafka.PATIENCE)
        .ignoreExceptions()
        .until(
            () ->
                number(url, "SELECT COUNT(*) FROM changes WHERE outcome IS NOT NULL")
                    .equals(Optional.of((long) finished().size())));
    assertThat(number(url, "SELECT COUNT(*) FROM changes")).contains((long) keys.size());
    assertThat(
            number(
                url,
                "SELECT COUNT(*) FROM changes WHERE outcome = 'failed' AND name = 'web' AND seconds = 5.5"))
        .contains(1L);
  }

  private static Optional<Long> number(String url, String query) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        ResultSet result = connection.createStatement().executeQuery(query)) {
      return result.next() ? Optional.of(result.getLong(1)) : Optional.empty();
    }
  }
}
