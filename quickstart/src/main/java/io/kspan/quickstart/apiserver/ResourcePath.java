package io.kspan.quickstart.apiserver;

import java.util.List;
import java.util.Optional;

/**
 * What a path under {@code /api} or {@code /apis} asks for.
 *
 * @param namespace empty for all
 * @param name empty for a list
 */
record ResourcePath(String group, String version, String namespace, String plural, String name) {

  /** Reads the path; empty when it names no resource. */
  static Optional<ResourcePath> parse(String path) {
    List<String> parts = List.of(path.replaceFirst("^/", "").split("/"));
    boolean core = parts.get(0).equals("api");
    if (!core && !parts.get(0).equals("apis")) {
      return Optional.empty();
    }
    int at = core ? 1 : 2;
    if (parts.size() < at + 2) {
      return Optional.empty();
    }
    String group = core ? "" : parts.get(1);
    String version = parts.get(at);
    List<String> rest = parts.subList(at + 1, parts.size());
    // /namespaces and /namespaces/NAME are the namespaces themselves.
    boolean scoped = rest.size() >= 3 && rest.get(0).equals("namespaces");
    String namespace = scoped ? rest.get(1) : "";
    List<String> resource = scoped ? rest.subList(2, rest.size()) : rest;
    return resource.size() > 2
        ? Optional.empty()
        : Optional.of(
            new ResourcePath(
                group,
                version,
                namespace,
                resource.get(0),
                resource.size() == 2 ? resource.get(1) : ""));
  }
}
