package io.kspan.connect.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.tools.attach.VirtualMachine;
import io.kspan.apiserver.Response;
import io.kspan.testsupport.apiserver.StubApiServer;
import io.kspan.testsupport.connect.WorkerProcess;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.apache.kafka.connect.util.clusters.EmbeddedKafkaCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The delivered archives on workers of both ends of the supported range, each in a JVM of its own
 * and with {@code plugin.discovery=service_load}.
 */
class OldAndNewWorkersIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CLASS = "io.kspan.connect.KubernetesEventSourceConnector";
  private static final String TOKEN = "never-to-be-logged";
  private static final Duration WAIT = Duration.ofSeconds(60);

  private static EmbeddedKafkaCluster kafka;

  @TempDir private Path directory;

  @BeforeAll
  static void startBroker() {
    kafka = new EmbeddedKafkaCluster(1, new Properties());
    kafka.start();
  }

  @AfterAll
  static void stopBroker() {
    kafka.stop();
  }

  @Test
  void shouldRunOnTheOldestWorkerFromTheTarball() throws Exception {
    String classPath = Path.of("target/oldest-worker").toAbsolutePath() + File.separator + "*";

    runOn("oldest", classPath, "*-plugin.tar.gz");
  }

  @Test
  void shouldRunOnTheNewestWorkerFromTheConfluentComponent() throws Exception {
    runOn(
        "newest", WorkerProcess.classPathWithoutConnector(), "kspan-event-source-connector-*.zip");
  }

  private void runOn(String name, String classPath, String archive) throws Exception {
    Path plugins = Archives.unpack(Archives.find(archive), directory.resolve("plugins"));
    try (StubApiServer server = new StubApiServer();
        WorkerProcess worker =
            new WorkerProcess(
                classPath, name, directory.resolve(name), kafka.bootstrapServers(), plugins)) {
      worker.awaitStarted();
      server.always(
          request -> !("Bearer " + TOKEN).equals(request.authorization()),
          Response.status(401, "Unauthorized"));
      server.serve("/api/v1/pods", "v1", "Pod").put("n", "p1", "'status':{'phase':'Running'}");
      server
          .serve("/api/v1/events", "v1", "Event")
          .put("n", "e1", "'involvedObject':{'kind':'Pod','namespace':'n','name':'p1'}");
      assertThat(plugin(worker).path("version").asText()).matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
      assertThat(errors(worker, Map.of("connector.class", CLASS, "name", "x", "resources", "pods")))
          .containsOnlyKeys("cluster.name", "resources");

      Map<String, String> config = config(server, name + '.');
      assertThat(errors(worker, config))
          .as("without the token")
          .containsOnlyKeys("kubernetes.token");
      Path secrets = directory.resolve(name + ".properties");
      config.put("kubernetes.token", "${file:" + secrets + ":token}");
      Files.writeString(secrets, "token=" + TOKEN);
      assertThat(errors(worker, config)).isEmpty();
      assertThat(worker.put("/connectors/c/config", config).status()).isEqualTo(201);

      await().atMost(WAIT).untilAsserted(() -> assertThat(states(worker)).containsOnly("RUNNING"));
      assertThat(keys(2, name + ".objects")).containsExactlyInAnyOrder("c/n/Pod/p1", "c//pods");
      assertThat(keys(2, name + ".events")).containsExactlyInAnyOrder("c/n/Pod/p1", "c//events");
      assertThat(worker.get("/connectors/c").body().toString()).doesNotContain(TOKEN);
      assertThat(worker.log()).contains("Listed v1/pods").doesNotContain(TOKEN);
      assertThat(metrics(worker))
          .as("records of each task, in JMX")
          .isEqualTo(Map.of("0", 2L, "1", 2L));
    }
  }

  private static Map<String, String> config(StubApiServer server, String prefix)
      throws IOException {
    Map<String, String> config = new HashMap<>();
    JsonNode sample = JSON.readTree(new File("config/distributed.json")).path("config");
    sample.properties().forEach(one -> config.put(one.getKey(), one.getValue().asText()));
    config.keySet().removeIf(key -> key.startsWith("kubernetes."));
    config.put("name", "c");
    config.put("cluster.name", "c");
    config.put("kubernetes.url", server.url());
    config.put("resources", "v1/events,v1/pods");
    config.put("topic.prefix", prefix);
    return config;
  }

  private static JsonNode plugin(WorkerProcess worker) throws IOException, InterruptedException {
    return stream(worker.get("/connector-plugins").body()).stream()
        .filter(plugin -> plugin.path("class").asText().equals(CLASS))
        .findFirst()
        .orElseThrow();
  }

  private static Map<String, List<String>> errors(WorkerProcess worker, Map<String, String> config)
      throws IOException, InterruptedException {
    JsonNode validated =
        worker.put("/connector-plugins/" + CLASS + "/config/validate", config).body();
    return stream(validated.path("configs")).stream()
        .map(one -> one.path("value"))
        .filter(value -> !value.path("errors").isEmpty())
        .collect(
            Collectors.toMap(
                value -> value.path("name").asText(),
                value -> stream(value.path("errors")).stream().map(JsonNode::asText).toList()));
  }

  private static List<String> states(WorkerProcess worker)
      throws IOException, InterruptedException {
    JsonNode status = worker.get("/connectors/c/status").body();
    List<String> states = new ArrayList<>();
    states.add(status.path("connector").path("state").asText());
    assertThat(status.path("tasks")).as(status::toString).isNotEmpty();
    status.path("tasks").forEach(task -> states.add(task.path("state").asText()));
    return states;
  }

  /** Sums of records by task, from the JVM of the worker. */
  private static Map<String, Object> metrics(WorkerProcess worker) throws Exception {
    VirtualMachine machine = VirtualMachine.attach(Long.toString(worker.process().pid()));
    String agent = machine.startLocalManagementAgent();
    machine.detach();
    Map<String, Object> sums = new HashMap<>();
    try (JMXConnector jmx = JMXConnectorFactory.connect(new JMXServiceURL(agent))) {
      MBeanServerConnection beans = jmx.getMBeanServerConnection();
      ObjectName tasks = new ObjectName("kafka.connect:type=plugins,connector=*,task=*");
      for (ObjectName bean : beans.queryNames(tasks, null)) {
        sums.put(bean.getKeyProperty("task"), beans.getAttribute(bean, "records-total"));
      }
    }
    return sums;
  }

  private static List<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }

  private static List<String> keys(int count, String topic) {
    List<String> keys = new ArrayList<>();
    kafka
        .consume(count, WAIT.toMillis(), topic)
        .forEach(one -> keys.add(new String(one.key(), StandardCharsets.UTF_8)));
    return keys;
  }
}
