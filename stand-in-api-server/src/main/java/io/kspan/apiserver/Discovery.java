package io.kspan.apiserver;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** The documents from which clients learn what there is. Thread-safe. */
final class Discovery {
  private final List<ResourceType> types = new CopyOnWriteArrayList<>();

  void add(ResourceType type) {
    types.add(type);
  }

  /** Empty when the path is not one of discovery, or nothing is below it. */
  Optional<String> document(String path) {
    return switch (path) {
      case "/version" ->
          Optional.of("{\"major\":\"1\",\"minor\":\"26\",\"gitVersion\":\"v1.26.0\"}");
      case "/api" -> Optional.of("{\"kind\":\"APIVersions\",\"versions\":[\"v1\"]}");
      case "/apis" -> Optional.of(groups().toString());
      default -> resources(path).map(ObjectNode::toString);
    };
  }

  /** Whether the path lies below a group and version that are served; the core group always is. */
  boolean hasGroupVersionOf(String path) {
    return path.startsWith("/api/v1/")
        || types.stream().anyMatch(type -> path.startsWith(type.groupVersionPath() + "/"));
  }

  private ObjectNode groups() {
    ObjectNode list = JsonNodeFactory.instance.objectNode().put("kind", "APIGroupList");
    list.put("apiVersion", "v1").putArray("groups");
    types.stream()
        .map(ResourceType::group)
        .filter(group -> !group.isEmpty())
        .distinct()
        .forEach(name -> list.withArray("groups").add(group(name)));
    return list;
  }

  private ObjectNode group(String name) {
    ObjectNode group = JsonNodeFactory.instance.objectNode().put("name", name);
    types.stream()
        .filter(type -> type.group().equals(name))
        .map(ResourceType::version)
        .distinct()
        .forEach(
            version ->
                group
                    .withArray("versions")
                    .addObject()
                    .put("groupVersion", name + "/" + version)
                    .put("version", version));
    group.set("preferredVersion", group.path("versions").get(0));
    return group;
  }

  private Optional<ObjectNode> resources(String groupVersionPath) {
    List<ResourceType> found =
        types.stream().filter(type -> type.groupVersionPath().equals(groupVersionPath)).toList();
    if (found.isEmpty()) {
      return Optional.empty();
    }
    ObjectNode list = JsonNodeFactory.instance.objectNode().put("kind", "APIResourceList");
    list.put("apiVersion", "v1").put("groupVersion", found.get(0).apiVersion());
    found.forEach(type -> list.withArray("resources").add(type.toJson()));
    return Optional.of(list);
  }
}
