package io.kspan.connect.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * The fields of a {@code spec} that the trace model needs. A list of what is kept, never of what is
 * dropped: a field that a later Kubernetes version or a custom resource adds stays in the cluster.
 */
final class SpecProjection {
  private static final List<String> FIELDS =
      List.of(
          "replicas",
          "paused",
          "suspend",
          "updateStrategy",
          "strategy",
          "parallelism",
          "completions",
          "minReadySeconds",
          "nodeName",
          "scaleTargetRef");
  private static final List<String> CONTAINER_LISTS = List.of("initContainers", "containers");
  private static final List<String> CONTAINER_FIELDS = List.of("name", "image");

  private SpecProjection() {}

  static ObjectNode project(ObjectNode spec) {
    ObjectNode projected = spec.objectNode();
    for (String field : FIELDS) {
      JsonNode value = spec.get(field);
      if (value != null) {
        projected.set(field, value);
      }
    }
    containers(spec, projected);
    templateContainers(spec, projected);
    if (spec.path("jobTemplate").path("spec") instanceof ObjectNode jobSpec) {
      ObjectNode keptJobSpec = spec.objectNode();
      templateContainers(jobSpec, keptJobSpec);
      projected.putObject("jobTemplate").set("spec", keptJobSpec);
    }
    return projected;
  }

  private static void templateContainers(ObjectNode spec, ObjectNode projected) {
    if (spec.path("template").path("spec") instanceof ObjectNode podSpec) {
      ObjectNode keptPodSpec = spec.objectNode();
      containers(podSpec, keptPodSpec);
      projected.putObject("template").set("spec", keptPodSpec);
    }
  }

  private static void containers(ObjectNode podSpec, ObjectNode projected) {
    for (String list : CONTAINER_LISTS) {
      if (podSpec.get(list) instanceof ArrayNode containers) {
        ArrayNode kept = projected.putArray(list);
        for (JsonNode container : containers) {
          nameAndImage(container, kept.addObject());
        }
      }
    }
  }

  private static void nameAndImage(JsonNode container, ObjectNode kept) {
    for (String field : CONTAINER_FIELDS) {
      JsonNode value = container.get(field);
      if (value != null && value.isTextual()) {
        kept.set(field, value);
      }
    }
  }
}
