package io.kspan.connect.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A reference from one object to another: an owner, or the object that an Event is about.
 * Unchecked, because an Event may name anything.
 *
 * @param group empty for the core group, and when the reference does not say
 * @param namespace empty when the referenced object has none or the reference does not say
 * @param uid empty when the reference does not say
 */
public record ObjectReference(
    String group, String kind, String namespace, String name, String uid) {
  /** Returns the object of an Event, or the owners of any other object; skips incomplete ones. */
  public static List<ObjectReference> in(ObjectNode object) {
    List<ObjectReference> references = new ArrayList<>();
    if (Keys.isEvent(object)) {
      JsonNode involved = Keys.involvedObject(object);
      add(references, involved, text(involved, "namespace"));
    } else {
      JsonNode metadata = object.path("metadata");
      for (JsonNode owner : metadata.path("ownerReferences")) {
        add(references, owner, text(metadata, "namespace"));
      }
    }
    return references;
  }

  private static void add(List<ObjectReference> references, JsonNode node, String namespace) {
    String kind = text(node, "kind");
    String name = text(node, "name");
    if (!kind.isEmpty() && !name.isEmpty()) {
      String group = Keys.group(text(node, "apiVersion"));
      references.add(new ObjectReference(group, kind, namespace, name, text(node, "uid")));
    }
  }

  private static String text(JsonNode node, String field) {
    return node.path(field).asText("");
  }
}
