package io.kspan.connect.record;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * The unit that one feed lists and watches: a resource in one namespace or in all, written {@code
 * apps/v1/deployments@namespace} or {@code apps/v1/deployments}.
 *
 * @param namespace empty for all namespaces, and for cluster-scoped resources
 */
public record WatchScope(ResourceId resource, String namespace) {
  /** Reads what {@link #toString} writes; throws {@link IllegalArgumentException} otherwise. */
  public static WatchScope parse(String text) {
    int at = text.indexOf('@');
    return at < 0
        ? new WatchScope(ResourceId.parse(text), "")
        : new WatchScope(ResourceId.parse(text.substring(0, at)), text.substring(at + 1));
  }

  /** One scope for each resource. */
  public static List<WatchScope> clusterWide(List<ResourceId> resources) {
    return resources.stream().map(resource -> new WatchScope(resource, "")).toList();
  }

  /**
   * Returns every resource in every namespace, in this order, and cluster-scoped resources once.
   *
   * @param discovered whether a resource has namespaces, for those that need discovery; resources
   *     that are absent here are left out until discovery succeeds
   */
  public static List<WatchScope> perNamespace(
      List<ResourceId> resources,
      Collection<String> namespaces,
      Map<ResourceId, Boolean> discovered) {
    List<WatchScope> scopes = new ArrayList<>();
    for (ResourceId resource : resources) {
      if (resource.isClusterScoped() || Boolean.FALSE.equals(discovered.get(resource))) {
        scopes.add(new WatchScope(resource, ""));
      } else if (!resource.needsDiscovery() || discovered.containsKey(resource)) {
        namespaces.forEach(namespace -> scopes.add(new WatchScope(resource, namespace)));
      }
    }
    return scopes;
  }

  /** The path of the collection, relative to the API server's base URL. */
  public String path() {
    String within = namespace.isEmpty() ? "" : "/namespaces/" + namespace;
    return resource.groupVersionPath() + within + '/' + resource.plural();
  }

  @Override
  public String toString() {
    return namespace.isEmpty() ? resource.toString() : resource.toString() + '@' + namespace;
  }
}
