package io.kspan.connect;

import io.kspan.connect.record.ResourceId;
import io.kspan.connect.record.WatchScope;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What a connector with a given configuration asks of the API server, and nothing else. */
final class RequiredRights {
  private static final List<String> READ_ALL = List.of("list", "watch");

  private RequiredRights() {}

  /**
   * The right to do something with the objects of a resource.
   *
   * @param namespace empty for cluster-wide
   */
  record Right(String namespace, ResourceId resource, List<String> verbs) {}

  /** Without repetitions, in the order of the configuration. */
  static Set<Right> of(KubernetesEventSourceConfig config) {
    Set<Right> rights = new LinkedHashSet<>();
    for (WatchScope scope : config.scopes()) {
      rights.add(new Right(scope.namespace(), scope.resource(), READ_ALL));
    }
    return rights;
  }
}
