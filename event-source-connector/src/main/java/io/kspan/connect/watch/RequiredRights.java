package io.kspan.connect.watch;

import io.kspan.connect.record.ResourceId;
import io.kspan.connect.record.WatchScope;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a connector asks of the API server, and nothing else: the manifest grants it, and what a
 * refusal advises is taken from it. Discovery ({@code /apis/group/version}) is left out: every
 * authenticated user may read it. Immutable.
 */
public final class RequiredRights {
  /** The namespace whose UID tells which cluster it is. */
  static final WatchScope CLUSTER_IDENTITY =
      new WatchScope(new ResourceId("", "v1", "namespaces"), "kube-system");

  private static final List<String> WATCH = List.of("list", "watch");
  private static final List<String> FETCH = List.of("get");
  private static final List<String> ANYWHERE = List.of("");
  private static final String ANY = "";

  private final Set<Right> all = new LinkedHashSet<>();

  /**
   * @param namespaces empty for all, and when a selector finds them: what it will find is not known
   *     beforehand, so the rights are cluster-wide then
   */
  public RequiredRights(
      List<ResourceId> watched,
      List<ResourceId> fetched,
      List<String> namespaces,
      boolean selectsNamespaces) {
    List<String> where = namespaces.isEmpty() ? ANYWHERE : namespaces;
    watched.forEach(resource -> add(resource, where, WATCH));
    fetched.forEach(resource -> add(resource, where, FETCH));
    ResourceId namespace = CLUSTER_IDENTITY.resource();
    if (selectsNamespaces && !watched.contains(namespace)) {
      add(namespace, ANYWHERE, List.of("list"));
    }
    // A namespace counts as being inside itself, so a role there is enough.
    String identity =
        namespaces.isEmpty() && !selectsNamespaces ? "" : CLUSTER_IDENTITY.namespace();
    all.add(new Right(identity, namespace, FETCH, CLUSTER_IDENTITY.namespace()));
  }

  private void add(ResourceId resource, List<String> namespaces, List<String> verbs) {
    List<String> where = resource.isClusterScoped() ? ANYWHERE : namespaces;
    where.forEach(namespace -> all.add(new Right(namespace, resource, verbs, ANY)));
  }

  /**
   * The right to do something with the objects of a resource.
   *
   * @param namespace empty for cluster-wide
   * @param name of the only object; empty for all
   */
  public record Right(String namespace, ResourceId resource, List<String> verbs, String name) {
    private boolean covers(WatchScope scope, String verb) {
      return resource.equals(scope.resource())
          && verbs.contains(verb)
          && (namespace.isEmpty() || namespace.equals(scope.namespace()));
    }

    /** The rule and where it belongs, ready to be copied. */
    @Override
    public String toString() {
      String names = name.isEmpty() ? "" : ", resourceNames: " + quoted(List.of(name));
      String place =
          namespace.isEmpty()
              ? " in a ClusterRole bound by a ClusterRoleBinding"
              : " in a Role of namespace " + namespace;
      return "{apiGroups: "
          + quoted(List.of(resource.group()))
          + ", resources: "
          + quoted(List.of(resource.plural()))
          + names
          + ", verbs: "
          + quoted(verbs)
          + '}'
          + place;
    }

    private static String quoted(List<String> texts) {
      return texts.stream().collect(Collectors.joining("\", \"", "[\"", "\"]"));
    }
  }

  /** Without repetitions, in the order of the configuration. */
  public Set<Right> all() {
    return Collections.unmodifiableSet(all);
  }

  /**
   * The right that a refused request needs. Not one of {@link #all} for a custom resource that
   * turns out to have no namespaces.
   */
  Right toDo(String verb, WatchScope scope) {
    return all.stream()
        .filter(right -> right.covers(scope, verb))
        .findFirst()
        .orElseGet(() -> new Right(scope.namespace(), scope.resource(), List.of(verb), ANY));
  }
}
