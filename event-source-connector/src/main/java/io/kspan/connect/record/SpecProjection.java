package io.kspan.connect.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * The fields of a {@code spec} that the trace model needs. A list of kept fields, never of dropped
 * ones: fields that a later Kubernetes version or a custom resource adds stay in the cluster.
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
    ObjectNode projected = Projection.only(spec, FIELDS);
    copyContainers(spec, projected);
    copyTemplate(spec, projected);
    if (spec.path("jobTemplate").path("spec") instanceof ObjectNode jobSpec) {
      copyTemplate(jobSpec, projected.putObject("jobTemplate").putObject("spec"));
    }
    return projected;
  }

  private static void copyTemplate(ObjectNode spec, ObjectNode projected) {
    if (spec.path("template").path("spec") instanceof ObjectNode podSpec) {
      copyContainers(podSpec, projected.putObject("template").putObject("spec"));
    }
  }

  private static void copyContainers(ObjectNode podSpec, ObjectNode projected) {
    for (String list : CONTAINER_LISTS) {
      if (podSpec.get(list) instanceof ArrayNode containers) {
        ArrayNode kept = projected.putArray(list);
        containers.forEach(container -> copyNameAndImage(container, kept.addObject()));
      }
    }
  }

  private static void copyNameAndImage(JsonNode container, ObjectNode kept) {
    for (String field : CONTAINER_FIELDS) {
      if (container.path(field).isTextual()) {
        kept.set(field, container.get(field));
      }
    }
  }
}
