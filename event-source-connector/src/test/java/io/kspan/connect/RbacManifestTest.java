package io.kspan.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kspan.connect.record.WatchScope;
import io.kspan.connect.stub.Rights;
import io.kspan.connect.stub.StubApiServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The manifests in deploy/rbac are generated from the sample configurations (rewritten only with
 * -Dgolden.update=true), and are enough for the connector while it asks for nothing else.
 */
class RbacManifestTest {
  private static final Path SHIPPED = Path.of("../deploy/rbac");

  @ParameterizedTest
  @CsvSource({
    "config/distributed.json,cluster-wide.yaml",
    "config/one-namespace.json,one-namespace.yaml"
  })
  void shouldShipWhatTheGeneratorPrints(String config, String manifest) throws Exception {
    Path file = SHIPPED.resolve(manifest);
    String printed =
        RbacManifest.of(ConnectorConfigFile.read(Path.of(config)), "kafka/kafka-connect");
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(SHIPPED);
      Files.writeString(file, printed);
    }

    assertThat(Files.readString(file)).isEqualTo(printed);
  }

  /** What the manifest does not cover is refused, as a real API server would. */
  @ParameterizedTest
  @ValueSource(strings = {"config/distributed.json", "config/one-namespace.json"})
  void shouldGrantWhatIsAskedForAndNothingElse(String sample) throws Exception {
    Map<String, String> config = ConnectorConfigFile.read(Path.of(sample));
    config.keySet().removeIf(key -> key.startsWith("kubernetes."));
    Rights granted = Rights.of(RbacManifest.of(config, "kafka/kafka-connect"));
    List<WatchScope> scopes = new KubernetesEventSourceConfig(config).scopes();
    try (StubApiServer server = new StubApiServer()) {
      scopes.forEach(scope -> server.serve('/' + scope.path(), "v1", "Anything"));
      server.always(request -> !granted.allow(request), StubApiServer.status(403, "forbidden"));
      config.putAll(
          TaskHarness.properties(
              server, scopes.stream().map(WatchScope::toString).toArray(String[]::new)));
      try (TaskHarness harness = new TaskHarness(config, Map.of())) {
        await()
            .untilAsserted(
                () -> {
                  harness.pollOnce();
                  assertThat(granted.unused()).as("granted, but never asked for").isEmpty();
                });
      }

      assertThat(server.requests(request -> !granted.allow(request))).isEmpty();
    }
  }

  @Test
  void shouldGiveEachNamespaceARoleAndClusterWideResourcesAClusterRole() {
    Map<String, String> config =
        Map.of("cluster.name", "c", "namespaces", "a,b", "resources", "v1/pods,v1/nodes");

    assertThat(RbacManifest.of(config, "ns/account"))
        .containsSubsequence(
            "kind: \"Role\"",
            "namespace: \"a\"",
            "\"pods\"",
            "kind: \"RoleBinding\"",
            "kind: \"Role\"",
            "namespace: \"b\"",
            "\"pods\"",
            "kind: \"RoleBinding\"",
            "kind: \"ClusterRole\"",
            "\"nodes\"",
            "kind: \"ClusterRoleBinding\"",
            "name: \"account\"");
  }

  @Test
  void shouldSayWhatIsWrongInOneLine(@TempDir Path directory) throws Exception {
    Path empty = Files.writeString(directory.resolve("empty.json"), "{}");

    assertThatThrownBy(() -> RbacManifest.main(new String[0])).hasMessageContaining("Usage");
    assertThatThrownBy(() -> RbacManifest.main(new String[] {"/no/such/file.json"}))
        .hasMessage("There is no file /no/such/file.json");
    assertThatThrownBy(() -> RbacManifest.main(new String[] {empty.toString()}))
        .hasMessageContaining("no connector configuration");
    assertThatThrownBy(() -> RbacManifest.of(Map.of("resources", "v1/pods"), "ns/account"))
        .hasMessageContaining("cluster.name");
    assertThatThrownBy(() -> RbacManifest.of(Map.of("cluster.name", "c"), "account"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("NAMESPACE/NAME");
  }
}
