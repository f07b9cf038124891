package io.kspan.connect.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * Metadata without its two bulky fields: the last applied configuration and the field sets of
 * managedFields.
 */
final class MetadataProjection {
  static final String MANAGED_FIELDS = "managedFields";
  private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
  private static final List<String> ENTRY_FIELDS =
      List.of("manager", "operation", "time", "subresource");

  private static final List<String> IDENTITY_FIELDS =
      List.of(
          "name",
          "namespace",
          "uid",
          "resourceVersion",
          "generation",
          "creationTimestamp",
          "deletionTimestamp");
  private static final String OWNERS = "ownerReferences";

  private MetadataProjection() {}

  static ObjectNode project(ObjectNode metadata) {
    ObjectNode projected = metadata.objectNode();
    for (Map.Entry<String, JsonNode> field : metadata.properties()) {
      String name = field.getKey();
      JsonNode value = field.getValue();
      if (name.equals("annotations") && value.has(LAST_APPLIED)) {
        withoutLastApplied(projected, (ObjectNode) value);
      } else if (name.equals(MANAGED_FIELDS) && value instanceof ArrayNode entries) {
        projected.set(name, reduced(entries));
      } else {
        projected.set(name, value);
      }
    }
    return projected;
  }

  /** Of bounded size: which object it is, when it came and goes, and who owns it. */
  static ObjectNode identity(ObjectNode metadata) {
    ObjectNode identity = metadata.objectNode();
    for (String name : IDENTITY_FIELDS) {
      JsonNode value = metadata.get(name);
      if (value != null) {
        identity.set(name, value);
      }
    }
    JsonNode owner = metadata.path(OWNERS).path(0);
    for (JsonNode other : metadata.path(OWNERS)) {
      owner = other.path("controller").asBoolean() ? other : owner;
    }
    if (!owner.isMissingNode()) {
      identity.putArray(OWNERS).add(owner);
    }
    return identity;
  }

  private static void withoutLastApplied(ObjectNode projected, ObjectNode annotations) {
    ObjectNode kept = annotations.objectNode();
    kept.setAll(annotations);
    kept.remove(LAST_APPLIED);
    if (!kept.isEmpty()) {
      projected.set("annotations", kept);
    }
  }

  private static ArrayNode reduced(ArrayNode entries) {
    ArrayNode reduced = entries.arrayNode(entries.size());
    for (JsonNode entry : entries) {
      ObjectNode kept = reduced.addObject();
      for (String name : ENTRY_FIELDS) {
        JsonNode value = entry.get(name);
        if (value != null) {
          kept.set(name, value);
        }
      }
      // Still shaped like the API's entry: who reads it need not know that it was projected.
      if (entry.path("fieldsV1").has("f:spec")) {
        kept.putObject("fieldsV1").putObject("f:spec");
      }
    }
    return reduced;
  }
}
