package io.kspan.connect;

import io.kspan.connect.record.ResourceId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a connector with a given configuration asks of the API server, and nothing else. Discovery
 * ({@code /apis/group/version}) is left out: every authenticated user may read it.
 */
final class RequiredRights {
  private static final ResourceId NAMESPACES = new ResourceId("", "v1", "namespaces");
  private static final List<String> WATCH = List.of("list", "watch");
  private static final List<String> ANYWHERE = List.of("");
  private static final String ANY = "";

  private RequiredRights() {}

  /**
   * The right to do something with the objects of a resource.
   *
   * @param namespace empty for cluster-wide
   * @param name of the only object; empty for all
   */
  record Right(String namespace, ResourceId resource, List<String> verbs, String name) {}

  /**
   * Without repetitions, in the order of the configuration. Namespaces that a selector finds are
   * not known beforehand, so the rights are cluster-wide then. A custom resource is taken to have
   * namespaces.
   */
  static Set<Right> of(KubernetesEventSourceConfig config) {
    List<String> namespaces = config.namespaces().isEmpty() ? ANYWHERE : config.namespaces();
    Set<Right> rights = new LinkedHashSet<>();
    for (ResourceId resource : config.resources()) {
      add(rights, namespaces, resource, WATCH);
    }
    for (ResourceId resource : config.ownerKinds()) {
      add(rights, namespaces, resource, List.of("get"));
    }
    if (!config.namespacesSelector().isEmpty()) {
      rights.add(new Right("", NAMESPACES, List.of("list"), ANY));
    }
    // Which cluster it is. A namespace counts as being inside itself, so a role there is enough.
    String scope = config.isPerNamespace() ? "kube-system" : "";
    rights.add(new Right(scope, NAMESPACES, List.of("get"), "kube-system"));
    return rights;
  }

  private static void add(
      Set<Right> rights, List<String> namespaces, ResourceId resource, List<String> verbs) {
    List<String> where = resource.isClusterScoped() ? ANYWHERE : namespaces;
    where.forEach(namespace -> rights.add(new Right(namespace, resource, verbs, ANY)));
  }
}
