package io.kspan.connect;

import io.kspan.connect.record.ResourceId;
import io.kspan.connect.record.WatchScope;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Which scopes follow from resources and namespaces. Pure. */
final class ScopePlan {
  private ScopePlan() {}

  /** Every resource once, over all namespaces. */
  static List<WatchScope> clusterWide(List<ResourceId> resources) {
    return resources.stream().map(resource -> new WatchScope(resource, "")).toList();
  }

  /**
   * Every resource in every namespace, in this order; cluster-scoped resources once.
   *
   * @param discovered whether a resource has namespaces, for those of which that is not known
   *     without asking; one that is missing here is left out until it is known
   */
  static List<WatchScope> perNamespace(
      List<ResourceId> resources,
      Collection<String> namespaces,
      Map<ResourceId, Boolean> discovered) {
    List<WatchScope> scopes = new ArrayList<>();
    for (ResourceId resource : resources) {
      if (resource.isClusterScoped() || Boolean.FALSE.equals(discovered.get(resource))) {
        scopes.add(new WatchScope(resource, ""));
      } else if (resource.isKnownNamespaced() || discovered.containsKey(resource)) {
        namespaces.forEach(namespace -> scopes.add(new WatchScope(resource, namespace)));
      }
    }
    return scopes;
  }

  /** Of which it must be asked whether they have namespaces. */
  static List<ResourceId> unknown(List<ResourceId> resources) {
    return resources.stream()
        .filter(resource -> !resource.isClusterScoped() && !resource.isKnownNamespaced())
        .toList();
  }
}
