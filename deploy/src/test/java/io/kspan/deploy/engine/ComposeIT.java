package io.kspan.deploy.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * docker-compose.yml by the real Compose, as docs/docker-compose.md starts it for a cluster of
 * one's own: the services get healthy, are as restricted as the file says, deliver traces, and come
 * back after they were ended. The cluster is a recording, played in this JVM.
 */
@NeedsEngine
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ComposeIT {
  /** Not that of the file: an installation of the same machine keeps its volumes. */
  private static final String PROJECT = "kspan-it";

  /** Those that stay. */
  private static final List<String> SERVICES =
      List.of("kafka", "connect", "span-topology", "sink", "serve", "jaeger");

  private static final Duration UP = Duration.ofMinutes(8);
  private static final Duration COMMAND = Duration.ofMinutes(2);
  private static final Duration HEALTHY = Duration.ofMinutes(4);
  private static final Duration TRACES = Duration.ofMinutes(4);
  private static final String JAEGER = "http://127.0.0.1:16686";
  private static final String CONNECT = "http://127.0.0.1:8083";
  private static final String PAGE = "http://127.0.0.1:8082";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir private static Path folder;
  private static Path kubeconfig;
  private static ComposeProject project;

  @BeforeAll
  static void start() throws IOException {
    // Empty until there is something to watch; written in place then, because the file is mounted.
    kubeconfig = Files.createFile(folder.resolve("config"));
    assertThat(folder.toFile().setExecutable(true, false)).isTrue();
    assertThat(kubeconfig.toFile().setReadable(true, false)).isTrue();
    project = new ComposeProject(PROJECT, Map.of("KSPAN_KUBECONFIG", kubeconfig.toString()));
    project.close();
    // Compose waits for the end of create-topics and for the health of kafka and jaeger.
    try {
      up();
    } catch (AssertionError e) {
      throw new AssertionError(project.compose(COMMAND, "logs", "--no-color", "--tail", "40"), e);
    }
    // On a busy machine a service is unhealthy before it is healthy, which ends up --wait.
    untilHealthy("after the start");
  }

  private static void up() {
    List<String> up = new ArrayList<>(List.of("up", "--detach"));
    up.addAll(SERVICES);
    project.compose(UP, up.toArray(String[]::new));
  }

  @AfterAll
  static void down() {
    if (project != null) {
      project.close();
    }
  }

  @ParameterizedTest
  @FieldSource("SERVICES")
  @Order(1)
  void shouldBeRestrictedAsTheFileSays(String service) {
    JsonNode config = project.config().at("/services/" + service);
    Map<String, String> status = statusOfProcess(service);

    assertThat(status.get("Uid").split("\\s+")).as("real, effective, saved").doesNotContain("0");
    if (config.has("cap_drop")) {
      assertThat(status)
          .containsEntry("CapEff", "0000000000000000")
          .containsEntry("CapPrm", "0000000000000000")
          .containsEntry("CapBnd", "0000000000000000");
    }
    if (config.has("security_opt")) {
      assertThat(status).containsEntry("NoNewPrivs", "1");
    }
    if (config.path("read_only").asBoolean()) {
      assertThat(project.shellAsRoot(service, "touch /written")).contains("Read-only file system");
    }
    if (config.has("mem_limit")) {
      String limit =
          project.shell(
              service,
              "cat /sys/fs/cgroup/memory.max 2>/dev/null || cat /sys/fs/cgroup/memory/memory.limit_in_bytes");
      assertThat(limit.strip()).isEqualTo(config.path("mem_limit").asText());
    }
    JsonNode health = project.inspect(service).at("/State/Health");
    assertThat(health.path("Status").asText()).isEqualTo("healthy");
    assertThat(health.path("Log")).isNotEmpty();
  }

  /** Of those that this project makes, everything is restricted. */
  @Test
  @Order(1)
  void shouldRestrictTheImagesOfThisProject() {
    for (JsonNode service : project.config().path("services")) {
      if (service.path("image").asText().startsWith("kspan/")) {
        assertThat(service.has("cap_drop")).isTrue();
        assertThat(service.has("security_opt")).isTrue();
        assertThat(service.has("mem_limit")).isTrue();
        assertThat(service.path("read_only").asBoolean()).isTrue();
      }
    }
  }

  @Test
  @Order(2)
  void shouldSayThatThereIsNoClusterToWatch() {
    // The same project, which down() removes, with the file's default: /dev/null is the kubeconfig.
    ComposeProject withDefault = new ComposeProject(PROJECT, Map.of("KSPAN_KUBECONFIG", ""));

    assertThat(withDefault.compose(COMMAND, "run", "--rm", "--no-deps", "register"))
        .contains("no cluster to watch");
  }

  @Test
  @Order(3)
  void shouldBringTracesToJaeger() throws Exception {
    try (WatchedCluster cluster = new WatchedCluster(ComposeProject.gateway())) {
      Files.writeString(kubeconfig, cluster.kubeconfig());
      project.compose(COMMAND, "up", "--detach", "--no-deps", "register");
      await("the end of register")
          .atMost(COMMAND)
          .pollInterval(1, TimeUnit.SECONDS)
          .until(() -> project.health("register").equals("exited"));
      assertThat(project.inspect("register").at("/State/ExitCode").asInt())
          .as(() -> project.logs("register"))
          .isZero();

      playWhenWatched(cluster);
      untilTracesOf("my-cluster");
      JsonNode shown = JSON.readTree(get(PAGE + "/traces.json"));
      assertThat(shown.path("traces").findValuesAsText("cluster")).contains("my-cluster");
      assertThat(shown.at("/open/missing")).isEmpty();
    }
  }

  @ParameterizedTest
  @FieldSource("SERVICES")
  @Order(4)
  void shouldComeBackAfterItWasEnded(String service) {
    boolean broker = service.equals("kafka");
    if (broker) {
      // Ended in the middle of a commit, the only broker can leave a transaction that hangs:
      // docs/docker-compose.md.
      project.compose(COMMAND, "stop", "span-topology");
    }
    int restarts = project.inspect(service).path("RestartCount").asInt();

    // The process ends by itself, and the engine starts it again.
    project.shell(service, "kill -TERM 1");
    until(
        service + " is started again",
        service,
        () -> project.inspect(service).path("RestartCount").asInt() > restarts);
    if (broker) {
      untilHealthy(service, "after SIGTERM");
    } else {
      untilHealthy("after SIGTERM of " + service);
    }

    // Killed without notice, and started by the user.
    project.compose(COMMAND, "kill", service);
    assertThat(project.inspect(service).at("/State/ExitCode").asInt()).isEqualTo(137);
    project.compose(COMMAND, "start", service);
    if (broker) {
      untilHealthy(service, "after SIGKILL");
      project.compose(COMMAND, "start", "span-topology");
    }
    untilHealthy("after SIGKILL of " + service);
  }

  @Test
  @Order(5)
  void shouldReportABackendThatIsGoneAndExportWhenItIsBack() throws Exception {
    try (WatchedCluster cluster = new WatchedCluster(ComposeProject.gateway())) {
      project.compose(COMMAND, "stop", "jaeger");
      register("after-restarts", cluster);
      playWhenWatched(cluster);

      until("the sink is unhealthy", "sink", () -> project.health("sink").equals("unhealthy"));
      project.compose(COMMAND, "start", "jaeger");

      untilTracesOf("after-restarts");
      untilHealthy("after the return of Jaeger");
    }
  }

  /** Other images of the same names, as after a build of newer sources. */
  @Test
  @Order(6)
  void shouldGoOnOnTheSameVolumesAfterAnUpgrade() throws Exception {
    String state = stateOfTopology();
    JsonNode connectors = JSON.readTree(get(CONNECT + "/connectors"));
    project.compose(UP, "build", "--build-arg", "REVISION=upgraded", "connect", "span-topology");

    up();

    for (String service : List.of("connect", "span-topology", "sink", "serve")) {
      assertThat(project.inspect(service).at("/Config/Labels/org.opencontainers.image.revision"))
          .as(service)
          .hasToString("\"upgraded\"");
    }
    untilHealthy("after the upgrade");
    assertThat(stateOfTopology()).isEqualTo(state);
    assertThat(JSON.readTree(get(CONNECT + "/connectors")))
        .containsExactlyInAnyOrderElementsOf(connectors);
    try (WatchedCluster cluster = new WatchedCluster(ComposeProject.gateway())) {
      register("after-upgrade", cluster);
      playWhenWatched(cluster);
      untilTracesOf("after-upgrade");
    }
  }

  /**
   * The id that Kafka Streams keeps in its state directory; it writes a new one into an empty one.
   */
  private static String stateOfTopology() {
    return project.shell(
        "span-topology", "cat /var/lib/span-topology/*/kafka-streams-process-metadata");
  }

  private static void playWhenWatched(WatchedCluster cluster) throws Exception {
    until("the connector watches", "connect", cluster::isWatched);
    cluster.play();
  }

  private static void untilTracesOf(String name) throws Exception {
    try {
      await("traces of " + name)
          .atMost(TRACES)
          .pollInterval(2, TimeUnit.SECONDS)
          // Jaeger may have just been started.
          .ignoreExceptionsInstanceOf(IOException.class)
          .until(() -> clustersOfTraces().contains(name));
    } catch (RuntimeException e) {
      throw new AssertionError(project.logs("span-topology") + project.logs("sink"), e);
    }
  }

  /** The names of clusters that traces in Jaeger carry. */
  private static Set<String> clustersOfTraces() throws Exception {
    JsonNode traces = JSON.readTree(get(JAEGER + "/api/traces?service=deployment-controller"));
    Set<String> names = new TreeSet<>();
    for (JsonNode trace : traces.path("data")) {
      assertThat(trace.path("spans")).isNotEmpty();
      for (JsonNode tag : tags(trace)) {
        if (tag.path("key").asText().equals("k8s.cluster.name")) {
          names.add(tag.path("value").asText());
        }
      }
    }
    return names;
  }

  private static List<JsonNode> tags(JsonNode trace) {
    List<JsonNode> tags = new ArrayList<>();
    trace.path("spans").forEach(span -> span.path("tags").forEach(tags::add));
    trace.path("processes").forEach(process -> process.path("tags").forEach(tags::add));
    return tags;
  }

  private static void register(String name, WatchedCluster cluster) throws Exception {
    ObjectNode config = (ObjectNode) JSON.readTree(Path.of("compose/own-cluster.json").toFile());
    config.remove("kubernetes.kubeconfig");
    config.put("cluster.name", name).put("kubernetes.url", cluster.url());
    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(CONNECT + "/connectors/" + name + "/config"))
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(config.toString()))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
  }

  /** Of process 1 in the container: what the kernel enforces, whatever was asked for. */
  private static Map<String, String> statusOfProcess(String service) {
    return project
        .shell(service, "cat /proc/1/status")
        .lines()
        .map(line -> line.split(":\\s*", 2))
        .filter(parts -> parts.length == 2)
        .collect(
            Collectors.toMap(
                parts -> parts[0], parts -> parts[1].strip(), (first, second) -> first));
  }

  /** Each service, because the others notice when one is gone. */
  private static void untilHealthy(String when) {
    SERVICES.forEach(service -> untilHealthy(service, when));
  }

  private static void untilHealthy(String service, String when) {
    until(
        service + " is healthy " + when, service, () -> project.health(service).equals("healthy"));
  }

  private static void until(String what, String service, Callable<Boolean> holds) {
    try {
      await(what).atMost(HEALTHY).pollInterval(1, TimeUnit.SECONDS).until(holds);
    } catch (RuntimeException e) {
      throw new AssertionError(
          what
              + ": not within "
              + HEALTHY
              + "\n"
              + project.inspect(service).path("State")
              + "\n"
              + project.logs(service),
          e);
    }
  }

  private static String get(String uri) throws Exception {
    return HTTP.send(
            HttpRequest.newBuilder(URI.create(uri)).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
