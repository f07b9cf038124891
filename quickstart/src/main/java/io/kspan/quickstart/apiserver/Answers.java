package io.kspan.quickstart.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The JSON documents of the API. Thread-safe. */
final class Answers {

  static final ObjectMapper JSON = new ObjectMapper();

  private Answers() {}

  static void send(HttpExchange exchange, int code, JsonNode body) throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(body);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(code, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  static ObjectNode version() {
    return JSON.createObjectNode()
        .put("major", "1")
        .put("minor", "26")
        .put("gitVersion", "v1.26.0")
        .put("platform", "linux/amd64");
  }

  static ObjectNode apiVersions() {
    ObjectNode answer = JSON.createObjectNode().put("kind", "APIVersions");
    answer.putArray("versions").add("v1");
    return answer;
  }

  static ObjectNode groups(List<ResourceType> types) {
    ObjectNode answer = JSON.createObjectNode().put("kind", "APIGroupList").put("apiVersion", "v1");
    ArrayNode groups = answer.putArray("groups");
    Set<String> names = new LinkedHashSet<>();
    types.forEach(type -> names.add(type.group()));
    names.remove("");
    for (String name : names) {
      groups.add(group(name, types));
    }
    return answer;
  }

  static ObjectNode group(String name, List<ResourceType> types) {
    ObjectNode group = JSON.createObjectNode().put("name", name);
    ArrayNode versions = group.putArray("versions");
    types.stream()
        .filter(type -> type.group().equals(name))
        .map(ResourceType::version)
        .distinct()
        .forEach(version -> versions.add(groupVersion(name, version)));
    group.set("preferredVersion", versions.get(0));
    return group;
  }

  private static ObjectNode groupVersion(String group, String version) {
    return JSON.createObjectNode()
        .put("groupVersion", group + "/" + version)
        .put("version", version);
  }

  static ObjectNode resources(String groupVersion, List<ResourceType> types) {
    ObjectNode answer =
        JSON.createObjectNode()
            .put("kind", "APIResourceList")
            .put("apiVersion", "v1")
            .put("groupVersion", groupVersion);
    ArrayNode resources = answer.putArray("resources");
    for (ResourceType type : types) {
      resources
          .addObject()
          .put("name", type.plural())
          .put("singularName", "")
          .put("namespaced", type.namespaced())
          .put("kind", type.kind())
          .putArray("verbs")
          .add("get")
          .add("list")
          .add("watch");
    }
    return answer;
  }

  static ObjectNode list(ResourceType type, ResourceStore.Page page, String continueToken) {
    ObjectNode answer =
        JSON.createObjectNode()
            .put("kind", type.kind() + "List")
            .put("apiVersion", type.apiVersion());
    ObjectNode metadata = answer.putObject("metadata");
    metadata.put("resourceVersion", Long.toString(page.version()));
    if (!continueToken.isEmpty()) {
      metadata.put("continue", continueToken).put("remainingItemCount", page.remaining());
    }
    ArrayNode items = answer.putArray("items");
    for (ObjectNode item : page.items()) {
      items.add(type.builtIn() ? item.deepCopy().without(List.of("kind", "apiVersion")) : item);
    }
    return answer;
  }

  static ObjectNode kubeSystem() {
    ObjectNode namespace = JSON.createObjectNode().put("kind", "Namespace").put("apiVersion", "v1");
    namespace
        .putObject("metadata")
        .put("name", "kube-system")
        .put("uid", "5f3c9a52-2d0e-4c5b-9f53-6b1c0f1e7a10")
        .put("resourceVersion", "1");
    return namespace;
  }

  static ObjectNode status(int code, String reason, String message) {
    ObjectNode status = JSON.createObjectNode().put("kind", "Status").put("apiVersion", "v1");
    status.putObject("metadata");
    return status
        .put("status", "Failure")
        .put("message", message)
        .put("reason", reason)
        .put("code", code);
  }
}
