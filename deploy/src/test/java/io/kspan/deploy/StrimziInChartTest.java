package io.kspan.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.kspan.connect.KubernetesEventSourceConnector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Strimzi's resources in the chart are those of deploy/strimzi and of the connector's sample. */
class StrimziInChartTest {
  private static final String CONNECTOR = "event-source-connector/config/strimzi.yaml";
  private static final String RBAC = "deploy/rbac/cluster-wide.yaml";
  private static final Set<String> KINDS =
      Set.of("KafkaTopic", "KafkaUser", "KafkaConnector", "ClusterRole", "ClusterRoleBinding");

  /** Helm reads nothing outside of a chart; {@code -Dgolden.update=true} copies. */
  @ParameterizedTest
  @CsvSource({
    "topics.yaml, deploy/strimzi/topics.yaml",
    "users.yaml, deploy/strimzi/users.yaml",
    "connector.yaml, " + CONNECTOR,
    "rbac.yaml, " + RBAC
  })
  void shouldHaveCopiesOfTheSources(String copy, String source) throws IOException {
    Path inChart = Chart.DIRECTORY.resolve("strimzi").resolve(copy);
    if (Boolean.getBoolean("golden.update")) {
      Files.copy(Repository.file(source), inChart, StandardCopyOption.REPLACE_EXISTING);
    }

    assertThat(Repository.text(inChart)).isEqualTo(Repository.text(source));
  }

  @Test
  void shouldRenderTheSourcesByDefault() {
    Map<String, JsonNode> rendered = rendered(enabled());

    List<JsonNode> sources = new ArrayList<>();
    for (String file : List.of("deploy/strimzi/topics.yaml", "deploy/strimzi/users.yaml")) {
      sources.addAll(Repository.documents(Repository.text(file)));
    }
    sources.add(Repository.document(Repository.text(CONNECTOR)));
    assertThat(rendered).hasSize(sources.size() + 2);
    for (JsonNode source : sources) {
      JsonNode one = rendered.get(id(source));
      assertThat(one).as(id(source)).isNotNull();
      assertThat(one.path("spec")).isEqualTo(source.path("spec"));
      assertThat(cluster(one)).isEqualTo(cluster(source));
      assertThat(one.at("/metadata/namespace").asText()).isEqualTo("kspan");
    }
    JsonNode role = rendered.get("ClusterRole kspan-kubernetes-events");
    assertThat(role.path("rules"))
        .isEqualTo(Repository.documents(Repository.text(RBAC)).get(0).path("rules"));
    JsonNode binding = rendered.get("ClusterRoleBinding kspan-kubernetes-events");
    assertThat(binding.at("/roleRef/name").asText()).isEqualTo("kspan-kubernetes-events");
    // The account that Strimzi makes for the pods of a KafkaConnect.
    assertThat(binding.path("subjects").toString())
        .isEqualTo(
            "[{\"kind\":\"ServiceAccount\",\"name\":\"my-connect-connect\",\"namespace\":\"kspan\"}]");
  }

  @Test
  void shouldFollowTheOtherValues() {
    Map<String, JsonNode> rendered = rendered(Chart.render("strimzi"));

    Set<String> topics = new TreeSet<>();
    for (JsonNode one : rendered.values()) {
      if (one.path("kind").asText().startsWith("Kafka")) {
        assertThat(one.at("/metadata/namespace").asText()).isEqualTo("kafka");
      }
      if (one.path("kind").asText().equals("KafkaTopic")) {
        String name = ManifestCheck.name(one);
        topics.add(name);
        assertThat(cluster(one)).isEqualTo("events");
        assertThat(one.at("/spec/partitions").asInt())
            .isEqualTo(name.matches(".*(lineage|heartbeats)") ? 1 : 12);
        assertThat(one.at("/spec/replicas").asInt()).isEqualTo(1);
        assertThat(one.path("spec").path("config").path("min.insync.replicas").asInt())
            .isEqualTo(1);
        assertThat(one.at("/metadata/annotations").toString()).contains("keep");
      }
    }
    assertThat(topics).hasSize(8).allMatch(name -> name.startsWith("shop.events-"));
    assertThat(resources(rendered.get("KafkaUser span-topology")))
        .contains("topic shop.events-lineage", "group spans-of-shop", "topic spans-of-shop-")
        .noneMatch(name -> name.contains("k8s.") || name.contains("span-topology"));
    assertThat(resources(rendered.get("KafkaUser kspan-otlp-sink"))).contains("group sink-of-shop");
    JsonNode connector = rendered.get("KafkaConnector shop-events");
    assertThat(cluster(connector)).isEqualTo("events-connect");
    assertThat(connector.at("/spec/tasksMax").asInt()).isEqualTo(2);
    Map<String, String> config = Repository.textMap(connector.at("/spec/config"));
    assertThat(config)
        .containsEntry("cluster.name", "shop")
        .containsEntry("topic.prefix", "shop.events-")
        .containsEntry("topic.creation.objects.include", "shop\\.events-objects")
        .containsEntry("topic.creation.default.partitions", "12")
        .containsEntry("snapshot.interval.ms", "43200000");
    assertThat(new KubernetesEventSourceConnector().config().validate(config))
        .allSatisfy(value -> assertThat(value.errorMessages()).as(value.name()).isEmpty())
        .extracting(ConfigValue::name)
        .contains("topic.prefix", "snapshot.interval.ms");
    assertThat(rendered).containsKey("ClusterRole kspan-shop-events");
  }

  @ParameterizedTest
  @CsvSource({"enabled", "strimzi"})
  void shouldRenderValidResources(String values) {
    String manifests = values.equals("strimzi") ? Chart.render(values) : enabled();

    assertThat(ManifestCheck.problems(manifests)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "strimzi.topics.enabled, KafkaTopic",
    "strimzi.users.enabled, KafkaUser",
    "strimzi.connector.enabled, KafkaConnector",
    "strimzi.connector.enabled, ClusterRole",
    "strimzi.connector.rbac, ClusterRoleBinding"
  })
  void shouldLeaveOutWhatIsSwitchedOff(String value, String kind) {
    assertThat(ManifestCheck.kinds(enabled())).contains(kind);
    assertThat(ManifestCheck.kinds(enabled(value, "false"))).doesNotContain(kind);
  }

  @ParameterizedTest
  @CsvSource({
    "strimzi.topics.partitions, 0, partitions",
    "strimzi.connector.connect, Not_A_Name, connect",
    "strimzi.conector.tasksMax, 3, conector"
  })
  void shouldRefuseValuesThatCannotWork(String value, String text, String named) {
    assertThatThrownBy(() -> enabled(value, text)).hasMessageContaining(named);
  }

  private static String enabled(String... value) {
    var command =
        Chart.command()
            .withValuesFile(Repository.file("deploy/src/test/resources/values/plain.yaml"))
            .set("strimzi.enabled", "true");
    return (value.length == 0 ? command : command.set(value[0], value[1])).call();
  }

  private static Map<String, JsonNode> rendered(String manifests) {
    Map<String, JsonNode> rendered = new TreeMap<>();
    for (JsonNode document : Repository.documents(manifests)) {
      if (KINDS.contains(document.path("kind").asText())) {
        rendered.put(id(document), document);
      }
    }
    return rendered;
  }

  private static String id(JsonNode document) {
    return document.path("kind").asText() + " " + ManifestCheck.name(document);
  }

  private static String cluster(JsonNode document) {
    return document.at("/metadata/labels").path("strimzi.io/cluster").asText();
  }

  private static List<String> resources(JsonNode user) {
    List<String> resources = new ArrayList<>();
    for (JsonNode acl : user.at("/spec/authorization/acls")) {
      resources.add(acl.at("/resource/type").asText() + " " + acl.at("/resource/name").asText());
    }
    return resources;
  }
}
