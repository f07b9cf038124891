package io.kspan.connect.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
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
    ObjectNode projectObject(ObjectNode object, PublishedValues values) {
      ObjectNode projected = METADATA.projectObject(object, values);
      if (object.path("spec") instanceof ObjectNode spec) {
        // Before the spec, so that a reader knows that it need not be read whole.
        projected.put(SpecHash.FIELD, SpecHash.of(spec));
        if (isTold(object)) {
          String uid = object.path("metadata").path("uid").asText("");
          projected.set(SpecParts.FIELD, SpecParts.of(values.hashKey(), uid, spec));
        }
        projected.set("spec", projectSpec(spec));
      }
      return object.has("status") ? projected.set("status", object.get("status")) : projected;
    }
  },

  /** As served, environment and arguments included. */
  FULL {
    @Override
    ObjectNode projectObject(ObjectNode object, PublishedValues values) {
      // last-applied-configuration repeats the data.
      return holdsData(object)
          ? withProjectedMetadata(without(object, "data", "stringData", "binaryData"), values)
          : object;
    }
  },

  /** Only apiVersion, kind and reduced metadata. */
  METADATA {
    @Override
    ObjectNode projectObject(ObjectNode object, PublishedValues values) {
      return withProjectedMetadata(only(object, List.of("kind", "apiVersion", "metadata")), values);
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
          "parallelism",
          "completions",
          "minReadySeconds",
          "nodeName");

  private static final List<String> SCALE_TARGET_FIELDS = List.of("apiVersion", "kind", "name");
  private static final List<String> RESOURCES_FIELDS = List.of("requests", "limits");

  static final List<String> CONTAINER_LISTS = List.of("initContainers", "containers");
  static final List<String> STRATEGIES = List.of("updateStrategy", "strategy");
  static final String ROLLING_UPDATE = "rollingUpdate";
  static final List<String> ROLLING_UPDATE_FIELDS =
      List.of("maxSurge", "maxUnavailable", "partition");
  static final String RESTARTED_AT = "kubectl.kubernetes.io/restartedAt";

  /** Returns the level of that name; throws {@link IllegalArgumentException} for another name. */
  public static Projection of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** The projected object; the argument is not changed and may share subtrees with the result. */
  public ObjectNode project(ObjectNode object, PublishedValues values) {
    PublishedValues published = this == FULL ? values.withAllAnnotations() : values;
    return Keys.isEvent(object)
        ? withProjectedMetadata(without(object), published)
        : projectObject(object, published);
  }

  abstract ObjectNode projectObject(ObjectNode object, PublishedValues values);

  /**
   * Whether a trace tells what changed of it: not of the pods of an owner and not of ReplicaSets,
   * which are most of all records.
   */
  private static boolean isTold(ObjectNode object) {
    String kind = object.path("kind").asText("");
    return !kind.equals("Pod") && !kind.equals("ReplicaSet");
  }

  private static boolean holdsData(ObjectNode object) {
    String kind = object.path("kind").asText("");
    return (kind.equals("Secret") || kind.equals("ConfigMap"))
        && object.path("apiVersion").asText("").equals("v1");
  }

  private static ObjectNode withProjectedMetadata(ObjectNode projected, PublishedValues values) {
    if (projected.path("metadata") instanceof ObjectNode metadata) {
      projected.set("metadata", MetadataProjection.project(metadata, values));
    }
    return projected;
  }

  private static ObjectNode projectSpec(ObjectNode spec) {
    ObjectNode projected = scalars(spec, SPEC_FIELDS);
    setIfAny(
        projected, "scaleTargetRef", scalars(spec.path("scaleTargetRef"), SCALE_TARGET_FIELDS));
    for (String name : STRATEGIES) {
      setIfAny(projected, name, strategy(spec.path(name)));
    }
    copyContainers(spec, projected, false);
    copyTemplate(spec, projected);
    if (spec.path("jobTemplate").path("spec") instanceof ObjectNode jobSpec) {
      copyTemplate(jobSpec, projected.putObject("jobTemplate").putObject("spec"));
    }
    return projected;
  }

  private static ObjectNode strategy(JsonNode strategy) {
    ObjectNode kept = scalars(strategy, List.of("type"));
    setIfAny(kept, ROLLING_UPDATE, scalars(strategy.path(ROLLING_UPDATE), ROLLING_UPDATE_FIELDS));
    return kept;
  }

  private static void copyTemplate(ObjectNode spec, ObjectNode projected) {
    JsonNode template = spec.path("template");
    if (template.path("spec") instanceof ObjectNode podSpec) {
      ObjectNode kept = projected.putObject("template");
      JsonNode annotations = template.path("metadata").path("annotations");
      if (annotations.path(RESTARTED_AT).isTextual()) {
        kept.putObject("metadata").set("annotations", only(annotations, List.of(RESTARTED_AT)));
      }
      ObjectNode keptSpec = kept.putObject("spec");
      keptSpec.setAll(scalars(podSpec, List.of("serviceAccountName")));
      copyContainers(podSpec, keptSpec, true);
    }
  }

  private static void copyContainers(
      ObjectNode podSpec, ObjectNode projected, boolean withResources) {
    for (String list : CONTAINER_LISTS) {
      if (podSpec.get(list) instanceof ArrayNode containers) {
        ArrayNode kept = projected.putArray(list);
        for (JsonNode container : containers) {
          ObjectNode copy = kept.addObject();
          copy.setAll(scalars(container, List.of("name", "image")));
          if (withResources) {
            setIfAny(copy, "resources", resources(container.path("resources")));
          }
        }
      }
    }
  }

  /** Requests and limits, each an object of quantities. */
  private static ObjectNode resources(JsonNode resources) {
    ObjectNode kept = JsonNodeFactory.instance.objectNode();
    for (String field : RESOURCES_FIELDS) {
      if (resources.path(field) instanceof ObjectNode quantities) {
        List<String> names = new ArrayList<>();
        quantities.fieldNames().forEachRemaining(names::add);
        setIfAny(kept, field, scalars(quantities, names));
      }
    }
    return kept;
  }

  private static void setIfAny(ObjectNode object, String field, ObjectNode value) {
    if (!value.isEmpty()) {
      object.set(field, value);
    }
  }

  /**
   * As {@link #only}, without objects, lists and nulls, which these fields of no kind should be.
   */
  private static ObjectNode scalars(JsonNode object, List<String> fields) {
    ObjectNode copy = only(object, fields);
    copy.removeIf(value -> !value.isValueNode() || value.isNull());
    return copy;
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
