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
    assertThat(ValidationErrors.of(properties())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          cluster.name | '/' | cluster.name=a/b
          kubernetes.url | https | kubernetes.url=host:6443
          kubernetes.url | without user | kubernetes.url=https://u:p@h
          kubernetes.token | kubernetes.url only | kubernetes.token=t
          namespaces | 'A_b' | namespaces=default,A_b
          resources | v1/pods or apps/v1/deployments | resources=pods
          resources | never read | resources=v1/secrets
          resources | the same objects | resources=v1/events,events.k8s.io/v1/events
          resources | batch/v1/jobs and batch/v1beta1/jobs | resources=batch/v1/jobs,v1/pods,batch/v1beta1/jobs
          topic.prefix | letters | topic.prefix=a b
          projection | safe | projection=everything
          list.page.size | at least 1 | list.page.size=0
          backoff.max.ms | backoff.initial.ms (2000) | backoff.max.ms=1000; backoff.initial.ms=2000
          buffer.max.bytes | max.record.bytes (900000) | buffer.max.bytes=10000
          namespaces.selector | team=a, | namespaces.selector=a in b
          namespaces.selector | remove one | namespaces.selector=a=b; namespaces=c
          owners.fetch.kinds | never read | owners.fetch.kinds=v1/secrets
          owners.fetch.kinds | v1/pods, which is watched | owners.fetch.kinds=v1/pods
          owners.fetch.kinds | apps/v1beta1/deployments, which is watched | owners.fetch.kinds=apps/v1beta1/deployments
          kubernetes.token | config.providers | kubernetes.url=https://h; kubernetes.token=${file:/f:token}
          kubernetes.token | without blanks | kubernetes.url=https://h; kubernetes.token=two words
          projection | data of ConfigMaps is never published | projection=full; resources=v1/configmaps
          projection | data of ConfigMaps is never published | projection=full; owners.fetch.kinds=v1/configmaps
          events.exclude.reasons | twice | events.exclude.reasons=A,A
          client.qps | at least 1 | client.qps=0
          heartbeat.interval.ms | at least 0 | heartbeat.interval.ms=-1
          kubernetes.proxy.url | must be set too | kubernetes.proxy.user=u
          kubernetes.proxy.user | must be set too | kubernetes.proxy.url=http://p:1; kubernetes.proxy.password=x
          value.format | json | value.format=avro
          value.format | as a JSON string | value.converter=org.apache.kafka.connect.json.JsonConverter
          value.format | converter with schemas | value.format=struct; value.converter=org.apache.kafka.connect.storage.StringConverter
          kubernetes.kubeconfig | cannot read | kubernetes.kubeconfig=/no/such/file
          """)
  void shouldPutEachErrorOnItsKey(String key, String part, String mistake) {
    Map<String, String> properties = properties();
    for (String entry : mistake.split("; ")) {
      int end = entry.indexOf('=');
      properties.put(entry.substring(0, end), entry.substring(end + 1));
    }

    assertThat(ValidationErrors.of(properties)).containsOnlyKeys(key);
    assertThat(ValidationErrors.of(properties).get(key)).singleElement().asString().contains(part);
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

    assertThat(ValidationErrors.of(properties))
        .containsOnlyKeys(
            "kubernetes.kubeconfig",
            "kubernetes.context",
            "kubernetes.token.file",
            "kubernetes.insecure.skip.tls.verify");
    assertThat(ValidationErrors.of(properties).toString()).doesNotContain("secret-token");
  }

  @Test
  void shouldWantCertificateAndKeyTogether(@TempDir Path directory) throws Exception {
    String file = Files.writeString(directory.resolve("cert.pem"), "x").toString();

    assertThat(
            ValidationErrors.of(
                properties(
                    "kubernetes.url", "https://h", "kubernetes.client.certificate.file", file)))
        .containsOnlyKeys("kubernetes.client.key.file");
    assertThat(
            ValidationErrors.of(
                properties("kubernetes.url", "https://h", "kubernetes.client.key.file", file)))
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
    assertThat(ValidationErrors.of(properties("namespaces.selector", selector))).isEmpty();
  }

  @Test
  void shouldReportEverythingAtOnceWhenTheClusterHasNoName() {
    assertThat(
            ValidationErrors.of(new HashMap<>(Map.of("projection", "x", "list.page.size", "many"))))
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
