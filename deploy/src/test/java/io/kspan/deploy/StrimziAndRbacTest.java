package io.kspan.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.connect.runtime.distributed.DistributedConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Resources that are no part of the chart, against the classes of Strimzi and Kubernetes. */
class StrimziAndRbacTest {
  private static final String CONNECT = "deploy/strimzi/connect.yaml";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "deploy/strimzi/topics.yaml",
        "deploy/strimzi/users.yaml",
        CONNECT,
        "event-source-connector/config/strimzi.yaml",
        "deploy/compose/demo.yaml",
        "deploy/rbac/cluster-wide.yaml",
        "deploy/rbac/one-namespace.yaml",
      })
  void shouldBeValidResources(String file) {
    List<JsonNode> documents = Repository.documents(Repository.text(file));

    assertThat(documents).isNotEmpty();
    for (JsonNode document : documents) {
      assertThat(StrictModel.problems(document)).as(ManifestCheck.name(document)).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "topics.yaml | partitions: | partition: | partition",
        "topics.yaml | partitions: 4 | partitions: four | KafkaTopic",
        "users.yaml | patternType: prefix | pattern: prefix | pattern",
        "users.yaml | type: topic, | type: subject, | subject",
        "connect.yaml | bootstrapServers | bootstrapServer | bootstrapServer",
        "connect.yaml | passwordSecret | secret | secret",
        "connect.yaml | sha512sum | sha512 | sha512",
      })
  void shouldFind(String file, String good, String bad, String named) {
    String broken =
        ManifestCheckTest.replaced(Repository.text("deploy/strimzi/" + file), good, bad);

    List<String> problems = new ArrayList<>();
    Repository.documents(broken).forEach(one -> problems.addAll(StrictModel.problems(one)));
    assertThat(problems).anySatisfy(problem -> assertThat(problem).contains(named));
  }

  @Test
  void shouldGiveConnectSettingsThatItKnows() {
    JsonNode spec = Repository.document(Repository.text(CONNECT)).path("spec");

    Map<String, String> worker =
        Repository.properties(Repository.text("deploy/images/connect-distributed.properties"));
    worker.putAll(Repository.textMap(spec.path("config")));

    DistributedConfig config = new DistributedConfig(worker);
    assertThat(
            config.values().keySet().containsAll(Repository.textMap(spec.path("config")).keySet()))
        .isTrue();
    assertThat(config.getString("plugin.discovery")).isEqualTo("service_load");
    assertThat(spec.path("version").asText()).isEqualTo(kafkaVersion());
    assertThat(Repository.text("deploy/images/Dockerfile"))
        .contains("FROM apache/kafka:" + kafkaVersion());
  }

  @Test
  void shouldNameTheSameClustersUsersAndGroupsEverywhere() {
    Map<String, JsonNode> users = new TreeMap<>();
    for (JsonNode user : Repository.documents(Repository.text("deploy/strimzi/users.yaml"))) {
      users.put(ManifestCheck.name(user), user);
    }
    JsonNode connect = Repository.document(Repository.text(CONNECT));
    JsonNode connector =
        Repository.document(Repository.text("event-source-connector/config/strimzi.yaml"));

    assertThat(connector.at("/metadata/labels").path("strimzi.io/cluster").asText())
        .isEqualTo(ManifestCheck.name(connect));
    String login = connect.at("/spec/authentication/username").asText();
    assertThat(users).containsKeys(login, "span-topology", "kspan-otlp-sink");
    assertThat(names(users.get(login), "group"))
        .containsExactly(connect.at("/spec/groupId").asText());
    for (String topic : List.of("configStorageTopic", "offsetStorageTopic", "statusStorageTopic")) {
      assertThat(names(users.get(login), "topic"))
          .anyMatch(connect.at("/spec/" + topic).asText()::startsWith);
    }
  }

  /** The classes take any word for an operation. */
  @Test
  void shouldNameOperationsThatKafkaKnows() {
    for (JsonNode user : Repository.documents(Repository.text("deploy/strimzi/users.yaml"))) {
      for (JsonNode acl : user.at("/spec/authorization/acls")) {
        assertThat(Repository.texts(acl.path("operations")))
            .isNotEmpty()
            .allMatch(one -> !AclOperation.fromString(snake(one)).isUnknown());
      }
    }
  }

  /** Every row of the table of rights is there, each with the operations of the table. */
  @Test
  void shouldGrantWhatTheDocumentationAsksFor() {
    JsonNode user = Repository.documents(Repository.text("deploy/strimzi/users.yaml")).get(0);
    Map<String, Set<AclOperation>> granted = new TreeMap<>();
    for (JsonNode acl : user.at("/spec/authorization/acls")) {
      Set<AclOperation> operations = new TreeSet<>();
      Repository.texts(acl.path("operations"))
          .forEach(one -> operations.add(AclOperation.fromString(snake(one))));
      granted.put(
          acl.at("/resource/type").asText() + " " + acl.at("/resource/name").asText(), operations);
    }

    assertThat(granted.get("topic k8s.events")).contains(AclOperation.READ);
    assertThat(granted.get("topic k8s.objects")).contains(AclOperation.READ);
    assertThat(granted.get("topic k8s.lineage")).contains(AclOperation.READ, AclOperation.WRITE);
    assertThat(granted.get("topic k8s.spans")).contains(AclOperation.WRITE);
    assertThat(granted.get("topic k8s.changes")).contains(AclOperation.WRITE);
    assertThat(granted.get("topic k8s.dead-letters")).contains(AclOperation.WRITE);
    assertThat(granted.get("topic span-topology-"))
        .contains(
            AclOperation.CREATE,
            AclOperation.READ,
            AclOperation.WRITE,
            AclOperation.DELETE,
            AclOperation.DESCRIBE_CONFIGS);
    assertThat(granted.get("group span-topology"))
        .contains(AclOperation.READ, AclOperation.DESCRIBE);
    assertThat(granted.get("transactionalId span-topology-"))
        .contains(AclOperation.WRITE, AclOperation.DESCRIBE);
  }

  private static List<String> names(JsonNode user, String type) {
    List<String> names = new ArrayList<>();
    for (JsonNode acl : user.at("/spec/authorization/acls")) {
      if (acl.at("/resource/type").asText().equals(type)) {
        names.add(acl.at("/resource/name").asText());
      }
    }
    return names;
  }

  private static String snake(String operation) {
    return operation.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(java.util.Locale.ROOT);
  }

  private static String kafkaVersion() {
    return Repository.text("pom.xml").replaceAll("(?s).*<kafka.version>([^<]+)<.*", "$1");
  }
}
