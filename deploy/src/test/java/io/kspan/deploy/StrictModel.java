package io.kspan.deploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.strimzi.api.kafka.model.connect.KafkaConnect;
import io.strimzi.api.kafka.model.connector.KafkaConnector;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import io.strimzi.api.kafka.model.user.KafkaUser;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Whether a document is what the API server would take with strict field validation: the classes of
 * fabric8 and Strimzi, or a published schema, and nothing that they do not know.
 */
final class StrictModel {
  private static final String STRIMZI = "kafka.strimzi.io/v1";

  private static final Map<String, Class<?>> CLASSES =
      Map.ofEntries(
          Map.entry("v1 ConfigMap", ConfigMap.class),
          Map.entry("v1 Pod", Pod.class),
          Map.entry("v1 Service", Service.class),
          Map.entry("v1 ServiceAccount", ServiceAccount.class),
          Map.entry("apps/v1 Deployment", Deployment.class),
          Map.entry("apps/v1 StatefulSet", StatefulSet.class),
          Map.entry("policy/v1 PodDisruptionBudget", PodDisruptionBudget.class),
          Map.entry("networking.k8s.io/v1 NetworkPolicy", NetworkPolicy.class),
          Map.entry("rbac.authorization.k8s.io/v1 Role", Role.class),
          Map.entry("rbac.authorization.k8s.io/v1 RoleBinding", RoleBinding.class),
          Map.entry("rbac.authorization.k8s.io/v1 ClusterRole", ClusterRole.class),
          Map.entry("rbac.authorization.k8s.io/v1 ClusterRoleBinding", ClusterRoleBinding.class),
          Map.entry(STRIMZI + " KafkaTopic", KafkaTopic.class),
          Map.entry(STRIMZI + " KafkaUser", KafkaUser.class),
          Map.entry(STRIMZI + " KafkaConnect", KafkaConnect.class),
          Map.entry(STRIMZI + " KafkaConnector", KafkaConnector.class));

  private static final Map<String, String> SCHEMAS =
      Map.of(
          "keda.sh/v1alpha1 ScaledObject", "keda.sh_scaledobjects.yaml",
          "monitoring.coreos.com/v1 PodMonitor", "monitoring.coreos.com_podmonitors.yaml");

  private static final ObjectMapper STRICT =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .setAnnotationIntrospector(new WithoutCatchAll());

  private StrictModel() {}

  /** The problems of {@code document}. */
  static List<String> problems(JsonNode document) {
    String type = document.path("apiVersion").asText() + " " + document.path("kind").asText();
    if (SCHEMAS.containsKey(type)) {
      return againstSchema(document, customResource(SCHEMAS.get(type), type));
    }
    Class<?> model = CLASSES.get(type);
    if (model == null) {
      return List.of("no model of " + type);
    }
    try {
      STRICT.treeToValue(document, model);
      return List.of();
    } catch (JsonProcessingException e) {
      return List.of(type + ": " + e.getOriginalMessage());
    }
  }

  /** The violations of {@code schema}, a JSON schema, in {@code document}. */
  static List<String> againstSchema(JsonNode document, JsonNode schema) {
    // A name of its own that is no URI would be refused; nothing refers to it.
    JsonNode anonymous = ((ObjectNode) schema).deepCopy().without("$id");
    Schema compiled =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(anonymous);
    List<String> problems = new ArrayList<>();
    for (Error error : compiled.validate(document)) {
      problems.add(error.getInstanceLocation() + ": " + error.getMessage());
    }
    return problems;
  }

  private static JsonNode customResource(String file, String type) {
    JsonNode definition =
        Repository.document(Repository.text("deploy/src/test/resources/schemas/" + file));
    for (JsonNode version : definition.at("/spec/versions")) {
      if (type.contains("/" + version.path("name").asText() + " ")) {
        JsonNode schema = version.at("/schema/openAPIV3Schema").deepCopy();
        close(schema);
        // The API server knows what metadata is.
        ((ObjectNode) schema.at("/properties/metadata")).removeAll().put("type", "object");
        return schema;
      }
    }
    throw new IllegalArgumentException(file + " has no schema of " + type);
  }

  /** Nothing but the named properties, as with strict field validation. */
  private static void close(JsonNode schema) {
    if (schema instanceof ObjectNode object
        && object.path("properties").isObject()
        && !object.has("additionalProperties")
        && !object.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
      object.put("additionalProperties", false);
    }
    schema.forEach(StrictModel::close);
  }

  /** The models keep what they do not know; without that it is refused. */
  private static final class WithoutCatchAll extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1;

    @Override
    public Boolean hasAnySetter(Annotated annotated) {
      return false;
    }
  }
}
