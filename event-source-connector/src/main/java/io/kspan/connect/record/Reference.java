package io.kspan.connect.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * What an object says about another one: its owner, or the object that an Event is about. Immutable
 * and unchecked: Events are free to name anything.
 *
 * @param group empty for the core group, and when the reference does not say
 * @param namespace empty when the referenced object has none or the reference does not say
 * @param uid empty when the reference does not say
 */
public record Reference(String group, String kind, String namespace, String name, String uid) {
  /**
   * The object of an Event, or the owners of anything else; those without kind or name are left
   * out.
   */
  public static List<Reference> in(ObjectNode object) {
    List<Reference> references = new ArrayList<>();
    if (Keys.isEvent(object)) {
      JsonNode about = object.path("involvedObject");
      about = about.isObject() ? about : object.path("regarding");
      add(references, about, text(about, "namespace"));
    } else {
      JsonNode metadata = object.path("metadata");
      for (JsonNode owner : metadata.path("ownerReferences")) {
        add(references, owner, text(metadata, "namespace"));
      }
    }
    return references;
  }

  private static void add(List<Reference> references, JsonNode node, String namespace) {
    String kind = text(node, "kind");
    String name = text(node, "name");
    if (!kind.isEmpty() && !name.isEmpty()) {
      String group = Keys.group(text(node, "apiVersion"));
      references.add(new Reference(group, kind, namespace, name, text(node, "uid")));
    }
  }

  private static String text(JsonNode node, String field) {
    return node.path(field).asText("");
  }
}
