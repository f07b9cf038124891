package io.kspan.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KubernetesEventSourceConnectorTest {
  private final KubernetesEventSourceConnector connector = new KubernetesEventSourceConnector();

  @Test
  void shouldDealAllScopesOnceInTheSameWayEveryTime() {
    connector.start(properties("resources", "v1/events,v1/pods,v1/nodes", "namespaces", "a,b"));

    List<String> dealt = scopes(connector.taskConfigs(2));

    assertThat(dealt)
        .containsExactly("v1/events@a,v1/pods@a,v1/nodes", "v1/events@b,v1/pods@b")
        .isEqualTo(scopes(connector.taskConfigs(2)));
    assertThat(new TaskConfig(connector.taskConfigs(2).get(1)).taskScopes())
        .extracting(Object::toString)
        .containsExactly("v1/events@b", "v1/pods@b");
  }

  @ParameterizedTest
  @CsvSource({"1,1", "5,5", "13,13", "100,13"})
  void shouldNeverMakeAnEmptyTask(int maxTasks, int tasks) {
    connector.start(properties());

    assertThat(connector.taskConfigs(maxTasks)).hasSize(tasks);
    assertThat(
            scopes(connector.taskConfigs(maxTasks)).stream().flatMap(s -> Stream.of(s.split(","))))
        .containsExactlyInAnyOrderElementsOf(ConfigKeys.RESOURCES_DEFAULT);
  }

  @Test
  void shouldAcceptTheMinimalConfiguration() {
    assertThat(errors(properties())).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void shouldPutEachErrorOnItsKey(String key, String part, Map<String, String> mistake) {
    Map<String, String> properties = properties();
    properties.putAll(mistake);

    assertThat(errors(properties)).containsOnlyKeys(key);
    assertThat(errors(properties).get(key)).singleElement().asString().contains(part);
  }

  static List<Object[]> mistakes() {
    return List.of(
        new Object[] {"cluster.name", "'/'", Map.of("cluster.name", "a/b")},
        new Object[] {"kubernetes.url", "https", Map.of("kubernetes.url", "host:6443")},
        new Object[] {"kubernetes.url", "without user", Map.of("kubernetes.url", "https://u:p@h")},
        new Object[] {"kubernetes.token", "kubernetes.url only", Map.of("kubernetes.token", "t")},
        new Object[] {"namespaces", "'A_b'", Map.of("namespaces", "default,A_b")},
        new Object[] {"resources", "v1/pods or apps/v1/deployments", Map.of("resources", "pods")},
        new Object[] {"resources", "never read", Map.of("resources", "v1/secrets")},
        new Object[] {
          "resources", "the same objects", Map.of("resources", "v1/events,events.k8s.io/v1/events")
        },
        new Object[] {
          "resources",
          "batch/v1/jobs and batch/v1beta1/jobs",
          Map.of("resources", "batch/v1/jobs,v1/pods,batch/v1beta1/jobs")
        },
        new Object[] {"topic.prefix", "letters", Map.of("topic.prefix", "a b")},
        new Object[] {"projection", "safe", Map.of("projection", "everything")},
        new Object[] {"list.page.size", "at least 1", Map.of("list.page.size", "0")},
        new Object[] {
          "backoff.max.ms",
          "backoff.initial.ms (2000)",
          Map.of("backoff.max.ms", "1000", "backoff.initial.ms", "2000")
        },
        new Object[] {
          "buffer.max.bytes", "max.record.bytes (900000)", Map.of("buffer.max.bytes", "10000")
        },
        new Object[] {"namespaces.selector", "team=a,", Map.of("namespaces.selector", "a in b")},
        new Object[] {
          "namespaces.selector",
          "remove one",
          Map.of("namespaces.selector", "a=b", "namespaces", "c")
        },
        new Object[] {
          "owners.fetch.kinds", "never read", Map.of("owners.fetch.kinds", "v1/secrets")
        },
        new Object[] {
          "owners.fetch.kinds", "v1/pods, which is watched", Map.of("owners.fetch.kinds", "v1/pods")
        },
        new Object[] {
          "owners.fetch.kinds",
          "apps/v1beta1/deployments, which is watched",
          Map.of("owners.fetch.kinds", "apps/v1beta1/deployments")
        },
        new Object[] {
          "kubernetes.token",
          "config.providers",
          Map.of("kubernetes.url", "https://h", "kubernetes.token", "${file:/f:token}")
        },
        new Object[] {
          "kubernetes.token",
          "without blanks",
          Map.of("kubernetes.url", "https://h", "kubernetes.token", "two words")
        },
        new Object[] {
          "projection",
          "data of ConfigMaps is never published",
          Map.of("projection", "full", "resources", "v1/configmaps")
        },
        new Object[] {
          "projection",
          "data of ConfigMaps is never published",
          Map.of("projection", "full", "owners.fetch.kinds", "v1/configmaps")
        },
        new Object[] {"events.exclude.reasons", "twice", Map.of("events.exclude.reasons", "A,A")},
        new Object[] {"client.qps", "at least 1", Map.of("client.qps", "0")},
        new Object[] {"heartbeat.interval.ms", "at least 0", Map.of("heartbeat.interval.ms", "-1")},
        new Object[] {
          "kubernetes.proxy.url", "must be set too", Map.of("kubernetes.proxy.user", "u")
        },
        new Object[] {
          "kubernetes.proxy.user",
          "must be set too",
          Map.of("kubernetes.proxy.url", "http://p:1", "kubernetes.proxy.password", "x")
        },
        new Object[] {
          "kubernetes.kubeconfig", "cannot read", Map.of("kubernetes.kubeconfig", "/no/such/file")
        });
  }

  @Test
  void shouldRefuseTwoWaysToTheServerAndTwoTokens(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "x");
    Map<String, String> properties =
        properties(
            "kubernetes.url", "https://h",
            "kubernetes.kubeconfig", file.toString(),
            "kubernetes.context", "c",
            "kubernetes.token", "secret-token",
            "kubernetes.token.file", file.toString(),
            "kubernetes.ca.file", file.toString(),
            "kubernetes.insecure.skip.tls.verify", "true");

    assertThat(errors(properties))
        .containsOnlyKeys(
            "kubernetes.kubeconfig",
            "kubernetes.context",
            "kubernetes.token.file",
            "kubernetes.insecure.skip.tls.verify");
    assertThat(errors(properties).toString()).doesNotContain("secret-token");
  }

  @Test
  void shouldWantCertificateAndKeyTogether(@TempDir Path directory) throws Exception {
    String file = Files.writeString(directory.resolve("cert.pem"), "x").toString();

    assertThat(
            errors(
                properties(
                    "kubernetes.url", "https://h", "kubernetes.client.certificate.file", file)))
        .containsOnlyKeys("kubernetes.client.key.file");
    assertThat(
            errors(properties("kubernetes.url", "https://h", "kubernetes.client.key.file", file)))
        .containsOnlyKeys("kubernetes.client.certificate.file");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "team=a",
        "a==b,c!=d",
        "stage in (test, prod),!internal",
        "example.com/x",
        "a="
      })
  void shouldTakeLabelSelectors(String selector) {
    assertThat(errors(properties("namespaces.selector", selector))).isEmpty();
  }

  @Test
  void shouldReportEverythingAtOnceWhenTheClusterHasNoName() {
    assertThat(errors(new HashMap<>(Map.of("projection", "x", "list.page.size", "many"))))
        .containsOnlyKeys("cluster.name", "projection", "list.page.size");
  }

  @Test
  void shouldShowDependentKeysOnlyWithTheOneTheyDependOn() {
    assertThat(visible(properties()))
        .contains("kubernetes.proxy.url", "owners.fetch.kinds")
        .doesNotContain("kubernetes.proxy.user", "owners.fetch.ttl.ms");
    assertThat(
            visible(
                properties("kubernetes.proxy.url", "http://p:1", "owners.fetch.kinds", "a.b/v1/c")))
        .contains("kubernetes.proxy.user", "owners.fetch.ttl.ms")
        .doesNotContain("kubernetes.proxy.password");
    assertThat(connector.config().configKeys().get("kubernetes.proxy.url").dependents)
        .containsExactly("kubernetes.proxy.user");
  }

  private List<String> visible(Map<String, String> properties) {
    return connector.validate(properties).configValues().stream()
        .filter(ConfigValue::visible)
        .map(ConfigValue::name)
        .toList();
  }

  @Test
  void shouldDescribeEveryKey() {
    for (ConfigDef.ConfigKey key : connector.config().configKeys().values()) {
      assertThat(key.group).as(key.name).isNotEmpty();
      assertThat(key.displayName).as(key.name).isNotEmpty().isNotEqualTo(key.name);
      assertThat(key.documentation).as(key.name).endsWith(".");
    }
  }

  @Test
  void shouldTakeOffsetsOfItsOwnShapeAndTombstonesOfAny() {
    Map<Map<String, ?>, Map<String, ?>> offsets = new HashMap<>();
    offsets.put(
        Map.of("cluster", "c", "clusterUid", "cluster-uid", "resource", "v1/pods", "namespace", ""),
        Map.of("version", 1, "state", "watching", "resourceVersion", "7"));
    offsets.put(Map.of("whatever", 1), null);

    assertThat(connector.alterOffsets(properties(), offsets)).isTrue();
  }

  @Test
  void shouldRefuseOffsetsThatItCouldNotRead() {
    Map<String, String> partition =
        Map.of("cluster", "c", "clusterUid", "cluster-uid", "resource", "v1/pods", "namespace", "");
    Map<String, Object> offset = Map.of("version", 1, "state", "watching", "resourceVersion", "7");

    refused(
        Map.of("cluster", "c", "clusterUid", "cluster-uid", "resource", "v1/pods"),
        offset,
        "'namespace'");
    refused(
        Map.of("cluster", "c", "clusterUid", "cluster-uid", "resource", "pods", "namespace", ""),
        offset,
        "'pods'");
    refused(partition, Map.of("version", "1"), "'version'");
    refused(partition, Map.of("version", 2), "'version' is 2");
    refused(partition, Map.of("version", 1, "state", "x"), "'state'");
    refused(
        partition,
        Map.of("version", 1, "state", "watching", "resourceVersion", "7", "listedAt", "now"),
        "'listedAt'");
    refused(
        partition,
        Map.of("version", 1, "state", "watching", "resourceVersion", 7),
        "'resourceVersion'");
  }

  private void refused(Map<String, ?> partition, Map<String, ?> offset, String part) {
    Map<Map<String, ?>, Map<String, ?>> offsets = Map.of(partition, offset);
    assertThatThrownBy(() -> connector.alterOffsets(properties(), offsets))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining(part);
  }

  @Test
  void shouldNotPromiseExactlyOnce() {
    assertThat(connector.exactlyOnceSupport(properties()))
        .isEqualTo(ExactlyOnceSupport.UNSUPPORTED);
  }

  @Test
  void shouldAgreeOnItsVersion() {
    assertThat(connector.version())
        .isEqualTo(new KubernetesEventSourceTask().version())
        .matches("\\d+\\.\\d+\\.\\d+.*");
  }

  private Map<String, List<String>> errors(Map<String, String> properties) {
    Map<String, List<String>> errors = new HashMap<>();
    for (ConfigValue value : connector.validate(properties).configValues()) {
      if (!value.errorMessages().isEmpty()) {
        errors.put(value.name(), value.errorMessages());
      }
    }
    return errors;
  }

  private static List<String> scopes(List<Map<String, String>> configs) {
    return configs.stream().map(config -> config.get("task.scopes")).toList();
  }

  private static Map<String, String> properties(String... pairs) {
    Map<String, String> properties =
        new HashMap<>(
            Map.of("name", "x", "cluster.name", "c", "connection.validation.timeout.ms", "0"));
    List<String> list = new ArrayList<>(List.of(pairs));
    while (!list.isEmpty()) {
      properties.put(list.remove(0), list.remove(0));
    }
    return properties;
  }
}
