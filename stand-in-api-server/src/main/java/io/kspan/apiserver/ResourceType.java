package io.kspan.apiserver;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A resource as discovery names it.
 *
 * @param group empty for the core group
 * @param plural as in the path
 */
public record ResourceType(
    String group, String version, String plural, String kind, boolean namespaced) {

  public String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  /** Of the objects of all namespaces. */
  public String path() {
    return groupVersionPath() + "/" + plural;
  }

  String groupVersionPath() {
    return (group.isEmpty() ? "/api/" : "/apis/") + apiVersion();
  }

  ObjectNode toJson() {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("name", plural)
            .put("singularName", "")
            .put("namespaced", namespaced)
            .put("kind", kind);
    json.putArray("verbs").add("get").add("list").add("watch");
    return json;
  }
}
