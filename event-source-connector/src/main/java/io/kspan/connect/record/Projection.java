package io.kspan.connect.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * How much of an object leaves the cluster. Pure: the projected object shares subtrees with the
 * served one, which is never changed.
 *
 * <p>At every level the data of Secrets and ConfigMaps is dropped, and an Event is passed as served
 * but for the bulk of its managedFields.
 */
public enum Projection {
  /**
   * Metadata without bulk, {@code status}, and from {@code spec} only what the trace model needs.
   */
  SAFE {
    @Override
    ObjectNode projectObject(ObjectNode object) {
      ObjectNode projected = METADATA.projectObject(object);
      if (object.path("spec") instanceof ObjectNode spec) {
        projected.set("spec", SpecProjection.project(spec));
      }
      copy(object, projected, "status");
      return projected;
    }
  },

  /** As served, environment and arguments included. */
  FULL {
    @Override
    ObjectNode projectObject(ObjectNode object) {
      if (!holdsData(object)) {
        return object;
      }
      ObjectNode projected = object.objectNode();
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        if (!DATA_FIELDS.contains(field.getKey())) {
          projected.set(field.getKey(), field.getValue());
        }
      }
      // last-applied-configuration repeats the data.
      replaceMetadata(projected);
      return projected;
    }
  },

  /** Only apiVersion, kind and metadata without bulk. */
  METADATA {
    @Override
    ObjectNode projectObject(ObjectNode object) {
      ObjectNode projected = object.objectNode();
      copy(object, projected, "kind");
      copy(object, projected, "apiVersion");
      copy(object, projected, "metadata");
      replaceMetadata(projected);
      return projected;
    }
  };

  private static final Set<String> DATA_FIELDS = Set.of("data", "stringData", "binaryData");

  /**
   * The level of that name in a configuration; throws {@link IllegalArgumentException} for another
   * name.
   */
  public static Projection of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** The projected object; the argument is not changed and may share subtrees with the result. */
  public ObjectNode project(ObjectNode object) {
    if (!Keys.isEvent(object)) {
      return projectObject(object);
    }
    ObjectNode projected = object.objectNode();
    projected.setAll(object);
    replaceMetadata(projected);
    return projected;
  }

  abstract ObjectNode projectObject(ObjectNode object);

  private static boolean holdsData(ObjectNode object) {
    String kind = object.path("kind").asText("");
    return (kind.equals("Secret") || kind.equals("ConfigMap"))
        && object.path("apiVersion").asText("").equals("v1");
  }

  private static void replaceMetadata(ObjectNode projected) {
    if (projected.path("metadata") instanceof ObjectNode metadata) {
      projected.set("metadata", MetadataProjection.project(metadata));
    }
  }

  private static void copy(ObjectNode from, ObjectNode to, String field) {
    JsonNode value = from.get(field);
    if (value != null) {
      to.set(field, value);
    }
  }
}
