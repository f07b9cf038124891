package io.kspan.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kspan.apiserver.Request;
import io.kspan.apiserver.Response;
import io.kspan.testsupport.apiserver.StubApiServer;
import io.kspan.testsupport.apiserver.StubCollection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.source.SourceConnectorContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The scopes of the tasks when they depend on the API server. */
class ScopeTest {
  private final StubApiServer server = new StubApiServer();
  private final StubCollection namespaces = server.serve("/api/v1/namespaces", "v1", "Namespace");
  private final AtomicInteger reconfigurations = new AtomicInteger();
  private final KubernetesEventSourceConnector connector = new KubernetesEventSourceConnector();

  @AfterEach
  void stop() {
    connector.stop();
    server.close();
  }

  @Test
  void shouldFollowTheLabelsOfNamespaces() {
    label("b", "a");
    label("a", "a");
    label("other", "b");
    start(Map.of("namespaces.selector", "team=a", "resources", "v1/pods,v1/nodes"));

    assertThat(scopes()).containsExactly("v1/pods@a", "v1/pods@b", "v1/nodes");

    label("new", "a");
    await().until(() -> reconfigurations.get() == 1);
    assertThat(scopes()).containsExactly("v1/pods@a", "v1/pods@b", "v1/pods@new", "v1/nodes");

    label("a", "b");
    await().until(() -> reconfigurations.get() == 2);
    assertThat(scopes()).containsExactly("v1/pods@b", "v1/pods@new", "v1/nodes");
  }

  @Test
  void shouldNotAskForNewTasksWhenNothingChanges() {
    label("a", "a");
    start(Map.of("namespaces.selector", "team=a", "resources", "v1/pods"));
    await().until(() -> server.requests(Request::isList).size() > 3);

    assertThat(reconfigurations).hasValue(0);
  }

  @Test
  void shouldKeepItsScopesWhileTheApiServerCannotBeAsked() {
    label("a", "a");
    start(Map.of("namespaces.selector", "team=a", "resources", "v1/pods"));
    int asked = server.requests(Request::isList).size();
    server.always(Request::isList, Response.status(503, "down"));
    await().until(() -> server.requests(Request::isList).size() > asked + 2);

    assertThat(scopes()).containsExactly("v1/pods@a");
    assertThat(reconfigurations).hasValue(0);
  }

  @Test
  void shouldStartWithoutTasksAndMakeThemWhenTheApiServerIsBack() {
    label("a", "a");
    server.always(Request::isList, Response.status(403, "forbidden"));
    start(Map.of("namespaces.selector", "team=a", "resources", "v1/pods,v1/nodes"));
    assertThat(connector.taskConfigs(3)).isEmpty();

    server.heal();
    await().until(() -> reconfigurations.get() == 1);
    assertThat(scopes()).containsExactly("v1/pods@a", "v1/nodes");
  }

  @Test
  void shouldLeaveOutACustomResourceUntilItIsInstalled() {
    start(
        Map.of(
            "namespaces",
            "a,b",
            "resources",
            "v1/pods,example.com/v1/widgets,example.com/v1/racks"));
    assertThat(scopes()).containsExactly("v1/pods@a", "v1/pods@b");

    server.discoverable("/apis/example.com/v1", "widgets", "Widget", true);
    await().until(() -> reconfigurations.get() == 1);
    server.discoverable("/apis/example.com/v1", "racks", "Rack", false);
    await().until(() -> reconfigurations.get() == 2);

    assertThat(scopes())
        .containsExactly(
            "v1/pods@a",
            "v1/pods@b",
            "example.com/v1/widgets@a",
            "example.com/v1/widgets@b",
            "example.com/v1/racks");
  }

  @Test
  void shouldAskNothingWhenTheConfigurationSaysItAll() {
    start(Map.of("resources", "v1/pods,example.com/v1/widgets"));

    assertThat(scopes()).containsExactly("v1/pods", "example.com/v1/widgets");
    assertThat(server.requests(r -> true)).isEmpty();
  }

  @Test
  void shouldStopItsMonitor() {
    start(Map.of("namespaces.selector", "team=a"));
    connector.stop();

    await().until(() -> monitors() == 0);
  }

  private static long monitors() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("event-scope-monitor"))
        .count();
  }

  private void label(String namespace, String team) {
    namespaces.put("", namespace, "'metadata':{'labels':{'team':'%s'}}".formatted(team));
  }

  private void start(Map<String, String> more) {
    Map<String, String> properties = new HashMap<>(more);
    properties.put("name", "under-test");
    properties.put("cluster.name", "c");
    properties.put("kubernetes.url", server.url());
    properties.put("scope.refresh.interval.ms", "100");
    connector.initialize(new CountingContext(reconfigurations));
    connector.start(properties);
  }

  private List<String> scopes() {
    return List.of(connector.taskConfigs(1).get(0).get("task.scopes").split(","));
  }

  private record CountingContext(AtomicInteger reconfigurations) implements SourceConnectorContext {
    @Override
    public void requestTaskReconfiguration() {
      reconfigurations.incrementAndGet();
    }

    @Override
    public void raiseError(Exception e) {
      throw new AssertionError("a connector never gives up", e);
    }

    @Override
    public OffsetStorageReader offsetStorageReader() {
      throw new UnsupportedOperationException();
    }

    @Override
    public PluginMetrics pluginMetrics() {
      throw new NoSuchMethodError("pluginMetrics");
    }
  }
}
