package io.kspan.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kspan.connect.KubernetesEventSourceConnector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.runtime.SourceConnectorConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Compose file without an engine: everything about it that can be known from files. */
class ComposeFileTest {
  private static final String COMPOSE = Repository.text("docker-compose.yml");

  @Test
  void shouldBeValidAndFitToWhatItStarts() {
    assertThat(ComposeCheck.problems(COMPOSE)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mem_limit: 768m | memory_limit: 768m | memory_limit",
        "jaegertracing/jaeger:2.21.0 | jaegertracing/jaeger:latest | has no exact version",
        "image: kspan/connect: | image: kspan/connect:9. | is not this version",
        "pull_policy: never | pull_policy: missing | would be pulled before it is built",
        "dockerfile: deploy/images/Dockerfile | dockerfile: deploy/Dockerfile | there is no",
        "target: span-topology | target: topology | is none of",
        "KSPAN_BOOTSTRAP_SERVERS | KSPAN_BOOTSTRAP_SERVER | bootstrap.server",
        "KSPAN_KAFKA_STATE_DIR | KSPAN_KAFKA_STATE_DIRS | kafka.state.dirs",
        "OTEL_EXPORTER_OTLP_ENDPOINT | OTEL_EXPORTER_ENDPOINT | OTEL_EXPORTER_ENDPOINT is not read",
        "OTEL_EXPORTER_OTLP_PROTOCOL: grpc | OTEL_EXPORTER_OTLP_PROTOCOL: grcp | sink refuses",
        "KAFKA_PROCESS_ROLES | KAFKA_PROCESS_ROLE | KAFKA_PROCESS_ROLE is read by no program",
        "CONNECT_GROUP: | GROUP_ID: | GROUP_ID is read by no program",
        "CONNECT_GROUP: | GROUP_ID: | CONNECT_GROUP is not set",
        "PARTITIONS: | PARTITION_COUNT: | PARTITION_COUNT is read by no program",
        "CONNECT_URL: http | CONNECT: http | CONNECT is read by no program",
        "K3S_KUBECONFIG_MODE | K3S_KUBECONF_MODE | K3S_KUBECONF_MODE is read by no program",
        "http://jaeger:4317 | http://jaeger:14250 | speaks to jaeger:14250",
        "http://connect:8083 | http://worker:8083 | no such service",
        "127.0.0.1:16686:16686 | 127.0.0.1:16686:16687 | publishes port 16687",
        "127.0.0.1:8083:8083 | 8083:8083 | to the whole network",
        "'\"http-ok\", \"8083\"' | '\"http-ok\", \"8084\"' | is asked for its health on 8084",
        "KSPAN_HTTP_LISTEN: 0.0.0.0:8080 | KSPAN_HTTP_LISTEN: 0.0.0.0:8090 | publishes port 8080",
        "stop_grace_period: 30s | stop_grace_period: 10s | is killed after",
        "topology-state:/var/lib/span-topology | topology-state:/var/lib/topology | is on no volume",
        "k3s-data:/var | k3s-state:/var | which is not declared",
        "k3s-data:/var | k3s-kubeconfig:/var | is used by no service",
        "/tmp:exec, | /tmp: | cannot load native libraries",
        "read_only: true | read_only: false | writes to its root file system",
        "cap_drop: [ALL] | cap_drop: [NET_RAW] | keeps capabilities",
        "./deploy/topics/create-topics.sh | ./deploy/create-topics.sh | which is not there",
      })
  void shouldFind(String good, String bad, String named) {
    assertThat(ComposeCheck.problems(ManifestCheckTest.replaced(COMPOSE, good, bad)))
        .anySatisfy(problem -> assertThat(problem).contains(named));
  }

  @Test
  void shouldFindDependenciesThatAreNeverMet() {
    ObjectNode compose = (ObjectNode) Repository.document(COMPOSE);
    ((ObjectNode) compose.at("/services/jaeger")).remove("healthcheck");
    ((ObjectNode) compose.at("/services/create-topics")).put("restart", "always");
    ((ObjectNode) compose.at("/services/kafka")).putArray("profiles").add("k3s");

    assertThat(ComposeCheck.problems(compose.toString()))
        .contains(
            "jaeger: has no health check",
            "sink: waits for the health of jaeger, which has no check",
            "sink: waits for the end of create-topics, which never ends",
            "create-topics: waits for kafka of another profile");
  }

  @ParameterizedTest
  @ValueSource(strings = {"own-cluster.json", "k3s-cluster.json"})
  void shouldRegisterAConnectorThatIsValid(String file, @TempDir Path directory)
      throws IOException {
    JsonNode json = Repository.JSON.readTree(Repository.text("deploy/compose/" + file));
    Map<String, String> config = new TreeMap<>(Repository.textMap(json));
    KubernetesEventSourceConnector connector = new KubernetesEventSourceConnector();

    Set<String> unknown = new TreeSet<>(config.keySet());
    unknown.removeAll(connector.config().names());
    unknown.removeAll(SourceConnectorConfig.configDef().names());
    unknown.removeIf(key -> key.startsWith("producer.override."));
    assertThat(unknown).isEmpty();

    assertThat(mounts("connect")).anyMatch(config.get("kubernetes.kubeconfig")::startsWith);
    config.put("name", "test");
    config.put("connection.validation.timeout.ms", "0");
    config.put(
        "kubernetes.kubeconfig",
        Files.writeString(directory.resolve("config"), "apiVersion: v1\nkind: Config\n")
            .toString());
    for (ConfigValue value : connector.validate(config).configValues()) {
      assertThat(value.errorMessages()).as(value.name()).isEmpty();
    }
  }

  @Test
  void shouldLetTheCollectorReadTheSpansTopic() {
    JsonNode config = Repository.document(Repository.text("deploy/compose/otel-collector.yaml"));
    JsonNode receiver = config.at("/receivers/kafka");

    assertThat(Repository.texts(receiver.at("/traces/topics"))).containsExactly("k8s.spans");
    assertThat(receiver.at("/traces/encoding").asText()).isEqualTo("otlp_proto");
    assertThat(Repository.texts(receiver.path("brokers"))).containsExactly("kafka:9092");
    assertThat(config.at("/exporters/otlp_grpc/endpoint").asText()).isEqualTo("jaeger:4317");
  }

  private static Set<String> mounts(String service) {
    Set<String> targets = new TreeSet<>();
    JsonNode volumes = Repository.document(COMPOSE).at("/services/" + service + "/volumes");
    // SOURCE:TARGET:ro, where SOURCE may be a variable with a default.
    Repository.texts(volumes).forEach(one -> targets.add(one.replaceAll(".*:(/[^:]*):ro$", "$1")));
    return targets;
  }
}
