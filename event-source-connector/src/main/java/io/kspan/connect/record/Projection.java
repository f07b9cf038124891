package io.kspan.connect.record;

import com.fasterxml.jackson.databind.JsonNode;
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
        projected.set("spec", SpecProjection.project(spec));
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
