package io.kspan.connect.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/**
 * The parts of an object that leave the cluster. Pure: a projected object shares subtrees with the
 * served one, which is never changed.
 *
 * <p>Every level drops the data of Secrets and ConfigMaps, and passes an Event as served without
 * the field sets of its managedFields.
 */
public enum Projection {
  /** Reduced metadata, {@code status}, and the part of {@code spec} that the trace model needs. */
  SAFE {
    @Override
    ObjectNode projectObject(ObjectNode object) {
      ObjectNode projected = METADATA.projectObject(object);
      if (object.path("spec") instanceof ObjectNode spec) {
        // Before the spec, so that a reader knows that it need not be read whole.
        projected.put(SpecHash.FIELD, SpecHash.of(spec));
        projected.set("spec", projectSpec(spec));
      }
      return object.has("status") ? projected.set("status", object.get("status")) : projected;
    }
  },

  /** As served, environment and arguments included. */
  FULL {
    @Override
    ObjectNode projectObject(ObjectNode object) {
      // last-applied-configuration repeats the data.
      return holdsData(object)
          ? withProjectedMetadata(without(object, "data", "stringData", "binaryData"))
          : object;
    }
  },

  /** Only apiVersion, kind and reduced metadata. */
  METADATA {
    @Override
    ObjectNode projectObject(ObjectNode object) {
      return withProjectedMetadata(only(object, List.of("kind", "apiVersion", "metadata")));
    }
  };

  /**
   * The fields of a spec that the trace model needs. A list of kept fields, never of dropped ones:
   * fields that a later Kubernetes version or a custom resource adds stay in the cluster.
   */
  private static final List<String> SPEC_FIELDS =
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

  /** Returns the level of that name; throws {@link IllegalArgumentException} for another name. */
  public static Projection of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** The projected object; the argument is not changed and may share subtrees with the result. */
  public ObjectNode project(ObjectNode object) {
    return Keys.isEvent(object) ? withProjectedMetadata(without(object)) : projectObject(object);
  }

  abstract ObjectNode projectObject(ObjectNode object);

  private static boolean holdsData(ObjectNode object) {
    String kind = object.path("kind").asText("");
    return (kind.equals("Secret") || kind.equals("ConfigMap"))
        && object.path("apiVersion").asText("").equals("v1");
  }

  private static ObjectNode withProjectedMetadata(ObjectNode projected) {
    if (projected.path("metadata") instanceof ObjectNode metadata) {
      projected.set("metadata", MetadataProjection.project(metadata));
    }
    return projected;
  }

  private static ObjectNode projectSpec(ObjectNode spec) {
    ObjectNode projected = only(spec, SPEC_FIELDS);
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

  /** A shallow copy with these fields, in this order, as far as they are present. */
  static ObjectNode only(JsonNode object, List<String> fields) {
    ObjectNode copy = JsonNodeFactory.instance.objectNode();
    for (String field : fields) {
      if (object.has(field)) {
        copy.set(field, object.get(field));
      }
    }
    return copy;
  }

  /** A shallow copy without these fields. */
  static ObjectNode without(ObjectNode object, String... fields) {
    ObjectNode copy = object.objectNode().setAll(object);
    return copy.remove(List.of(fields));
  }
}
