package io.kspan.connect.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/** Reduces metadata: only published annotations, and no field sets in managedFields. */
final class MetadataProjection {
  static final String MANAGED_FIELDS = "managedFields";
  private static final String ANNOTATIONS = "annotations";
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

  static ObjectNode project(ObjectNode metadata, PublishedValues values) {
    ObjectNode projected = metadata.objectNode().setAll(metadata);
    if (metadata.get(ANNOTATIONS) instanceof ObjectNode annotations) {
      ObjectNode kept = annotations.objectNode();
      for (Map.Entry<String, JsonNode> annotation : annotations.properties()) {
        String key = annotation.getKey();
        if (!key.equals(LAST_APPLIED) && values.publishesAnnotation(key)) {
          kept.set(key, annotation.getValue());
        }
      }
      projected.set(ANNOTATIONS, kept);
      if (kept.isEmpty()) {
        projected.remove(ANNOTATIONS);
      }
    }
    if (metadata.get(MANAGED_FIELDS) instanceof ArrayNode entries) {
      projected.set(MANAGED_FIELDS, reduced(entries));
    }
    return projected;
  }

  /** A part of bounded size: identity, creation and deletion, and the controlling owner. */
  static ObjectNode identity(ObjectNode metadata) {
    ObjectNode identity = Projection.only(metadata, IDENTITY_FIELDS);
    JsonNode owner = metadata.path(OWNERS).path(0);
    for (JsonNode other : metadata.path(OWNERS)) {
      owner = other.path("controller").asBoolean() ? other : owner;
    }
    if (!owner.isMissingNode()) {
      identity.putArray(OWNERS).add(owner);
    }
    return identity;
  }

  private static ArrayNode reduced(ArrayNode entries) {
    ArrayNode reduced = entries.arrayNode(entries.size());
    for (JsonNode entry : entries) {
      ObjectNode kept = Projection.only(entry, ENTRY_FIELDS);
      // Keeps the shape of the API's entry, so readers need not know about the projection.
      if (entry.path("fieldsV1").has("f:spec")) {
        kept.putObject("fieldsV1").putObject("f:spec");
      }
      reduced.add(kept);
    }
    return reduced;
  }
}
