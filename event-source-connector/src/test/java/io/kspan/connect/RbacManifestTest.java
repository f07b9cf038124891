package io.kspan.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.kspan.apiserver.Response;
import io.kspan.connect.record.WatchScope;
import io.kspan.testsupport.GoldenFile;
import io.kspan.testsupport.apiserver.StubApiServer;
import io.kspan.testsupport.apiserver.StubCollection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.utils.LogCaptureAppender;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
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
  private static final String OWNED =
      "'metadata':{'ownerReferences':[{'apiVersion':'argoproj.io/v1alpha1','kind':'Rollout','name':'r','uid':'r'}]}";

  private static final Pattern ADVICE =
      Pattern.compile(
          "grant (\\{.*}) in a (?:ClusterRole bound by a ClusterRoleBinding|Role of namespace ([-a-z0-9]+))");

  @ParameterizedTest
  @CsvSource({
    "config/distributed.json,cluster-wide.yaml",
    "config/one-namespace.json,one-namespace.yaml"
  })
  void shouldShipWhatTheGeneratorPrints(String config, String manifest) throws Exception {
    String printed =
        RbacManifest.of(ConnectorConfigFile.read(Path.of(config)), "kafka/kafka-connect");
    assertThat(printed).isEqualTo(GoldenFile.expected(SHIPPED.resolve(manifest), printed));
  }

  @ParameterizedTest
  @ValueSource(strings = {"config/distributed.json", "config/one-namespace.json"})
  void shouldGrantWhatIsAskedForAndNothingElse(String sample) throws Exception {
    Map<String, String> config = ConnectorConfigFile.read(Path.of(sample));
    config.keySet().removeIf(key -> key.startsWith("kubernetes."));

    assertGrantsWhatIsAskedForAndNothingElse(config);
  }

  @Test
  void shouldGrantWhatFetchingOwnersNeeds() throws Exception {
    for (String namespaces : List.of("", "a,b")) {
      assertGrantsWhatIsAskedForAndNothingElse(
          new HashMap<>(
              Map.of(
                  "cluster.name", "c",
                  "namespaces", namespaces,
                  "resources", "v1/pods",
                  "owners.fetch.kinds", "argoproj.io/v1alpha1/rollouts")));
    }
  }

  /** The server refuses each request that the manifest does not cover. */
  private static void assertGrantsWhatIsAskedForAndNothingElse(Map<String, String> config)
      throws Exception {
    try (StubApiServer server = new StubApiServer()) {
      Rights granted = enforce(server, config);
      serve(server, config, new KubernetesEventSourceConfig(config).scopes());
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

  private static void serve(
      StubApiServer server, Map<String, String> config, List<WatchScope> scopes) {
    for (WatchScope scope : scopes) {
      StubCollection served = server.serve('/' + scope.path(), "v1", "Anything");
      String namespace = scope.namespace().isEmpty() ? "default" : scope.namespace();
      served.put(scope.resource().isClusterScoped() ? "" : namespace, "p", OWNED);
    }
    server.discoverable("/apis/argoproj.io/v1alpha1", "rollouts", "Rollout", true);
    config.putAll(
        TaskHarness.properties(
            server, scopes.stream().map(WatchScope::toString).toArray(String[]::new)));
  }

  /** Starting without rights and granting each one that the log names must lead to the manifest. */
  @ParameterizedTest
  @CsvSource({
    "'', '', 'v1/pods v1/nodes'",
    "'a,b', '', 'v1/pods@a v1/pods@b v1/nodes'",
    "'', team=x, 'v1/pods@a v1/pods@b v1/nodes'"
  })
  void shouldAdviseWhatTheManifestGrants(String namespaces, String selector, String scopes)
      throws Exception {
    Map<String, String> config =
        new HashMap<>(
            Map.of(
                "cluster.name", "c",
                "namespaces", namespaces,
                "namespaces.selector", selector,
                "resources", "v1/pods,v1/nodes",
                "owners.fetch.kinds", "argoproj.io/v1alpha1/rollouts"));
    Set<Rights.Right> manifest = Rights.of(RbacManifest.of(config, "ns/account")).granted();
    Rights followed = Rights.of("");
    KubernetesEventSourceConnector connector = new KubernetesEventSourceConnector();
    Configurator.setLevel("io.kspan.connect", Level.WARN);
    try (LogCaptureAppender log = LogCaptureAppender.createAndRegister();
        StubApiServer server = new StubApiServer()) {
      server.always(request -> !followed.allow(request), Response.status(403, "forbidden"));
      serve(server, config, Stream.of(scopes.split(" ")).map(WatchScope::parse).toList());
      connector.start(config);
      try (TaskHarness harness = new TaskHarness(config, Map.of())) {
        await()
            .untilAsserted(
                () -> {
                  harness.pollOnce();
                  log.getMessages().forEach(message -> follow(message, followed));
                  assertThat(followed.granted()).isEqualTo(manifest);
                });
      } finally {
        connector.stop();
      }
    } finally {
      Configurator.setLevel("io.kspan.connect", (Level) null);
    }
  }

  private static void follow(String message, Rights followed) {
    Matcher advice = ADVICE.matcher(message);
    if (advice.find()) {
      PolicyRule rule =
          new KubernetesSerialization().unmarshal("---\n" + advice.group(1), PolicyRule.class);
      followed.grant(advice.group(2) == null ? "" : advice.group(2), rule);
    }
  }

  /** A selector's namespaces are not known beforehand. */
  @Test
  void shouldGrantWhatASelectorNeeds() {
    Map<String, String> config =
        new HashMap<>(
            Map.of("cluster.name", "c", "namespaces.selector", "team=x", "resources", "v1/pods"));
    try (StubApiServer server = new StubApiServer()) {
      Rights granted = enforce(server, config);
      server
          .serve("/api/v1/namespaces", "v1", "Namespace")
          .put("", "a", "'metadata':{'labels':{'team':'x'}}");
      config.put("kubernetes.url", server.url());
      KubernetesEventSourceConnector connector = new KubernetesEventSourceConnector();
      connector.start(config);
      try {
        assertThat(connector.taskConfigs(1))
            .singleElement()
            .satisfies(task -> assertThat(task).containsEntry("task.scopes", "v1/pods@a"));
      } finally {
        connector.stop();
      }

      assertThat(server.requests(request -> !granted.allow(request))).isEmpty();
      assertThat(granted.unused())
          .extracting(Rights.Right::verb, Rights.Right::resource)
          .as("for the task")
          .containsExactlyInAnyOrder(
              tuple("list", "pods"), tuple("watch", "pods"), tuple("get", "namespaces"));
    }
  }

  private static Rights enforce(StubApiServer server, Map<String, String> config) {
    Rights granted = Rights.of(RbacManifest.of(config, "kafka/kafka-connect"));
    server.always(request -> !granted.allow(request), Response.status(403, "forbidden"));
    return granted;
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
