package io.kspan.connect.watch;

import io.kspan.connect.record.ResourceId;
import io.kspan.connect.record.WatchScope;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The rights that a connector needs at the API server. The RBAC manifest grants exactly these, and
 * the messages about refused requests name them. Discovery is left out: every authenticated user
 * may read it. Immutable.
 */
public final class RequiredRights {
  /** The namespace whose UID identifies the cluster. */
  static final WatchScope CLUSTER_IDENTITY =
      new WatchScope(new ResourceId("", "v1", "namespaces"), "kube-system");

  private static final List<String> WATCH = List.of("list", "watch");
  private static final List<String> FETCH = List.of("get");
  private static final List<String> ANYWHERE = List.of("");

  private final Set<Right> all = new LinkedHashSet<>();

  /**
   * @param namespaces empty for all, and with a selector
   * @param selectsNamespaces whether a selector chooses the namespaces; they are not known
   *     beforehand, so the rights are cluster-wide
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
    // RBAC treats a namespace as an object inside itself, so a role in it is enough.
    String identity =
        namespaces.isEmpty() && !selectsNamespaces ? "" : CLUSTER_IDENTITY.namespace();
    all.add(new Right(identity, namespace, FETCH, CLUSTER_IDENTITY.namespace()));
  }

  private void add(ResourceId resource, List<String> namespaces, List<String> verbs) {
    List<String> where = resource.isClusterScoped() ? ANYWHERE : namespaces;
    where.forEach(namespace -> all.add(new Right(namespace, resource, verbs, "")));
  }

  /**
   * The right to use verbs on the objects of a resource.
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

    /** The rule of a role, in YAML, for several resources that need the same. */
    public String rule(Collection<String> plurals) {
      return "{apiGroups: "
          + quoted(List.of(resource.group()))
          + ", resources: "
          + quoted(plurals)
          + (name.isEmpty() ? "" : ", resourceNames: " + quoted(List.of(name)))
          + ", verbs: "
          + quoted(verbs)
          + '}';
    }

    /** The rule and its place, ready to be copied. */
    @Override
    public String toString() {
      return rule(List.of(resource.plural()))
          + (namespace.isEmpty()
              ? " in a ClusterRole bound by a ClusterRoleBinding"
              : " in a Role of namespace " + namespace);
    }

    private static String quoted(Collection<String> texts) {
      return texts.stream().collect(Collectors.joining("\", \"", "[\"", "\"]"));
    }
  }

  /** Without repetitions, in the order of the configuration. */
  public Set<Right> all() {
    return Collections.unmodifiableSet(all);
  }

  /**
   * The right that a refused request needs. A custom resource that turns out to have no namespaces
   * needs one that is not in {@link #all}.
   */
  Right needed(String verb, WatchScope scope) {
    return all.stream()
        .filter(right -> right.covers(scope, verb))
        .findFirst()
        .orElseGet(() -> new Right(scope.namespace(), scope.resource(), List.of(verb), ""));
  }

  /** The message for an operator about a refused request, with the remedy. */
  String advice(String verb, WatchScope scope, FeedFailure.Refused refusal) {
    String remedy =
        switch (refusal.code()) {
          case 401 ->
              "the credentials were not accepted; renew the token, the token file or the kubeconfig";
          case 403 ->
              refusal.isAnonymous()
                  ? "the request carried no credentials; check the token, or run the credential plugin of the kubeconfig by hand"
                  : "grant " + needed(verb, scope);
          case 404 ->
              "this API server has no such resource (yet); install it, or correct 'resources'";
          default ->
              "the API server refuses the request; check the configuration of this connector";
        };
    return "No access to " + scope + " (" + refusal.getMessage() + "): " + remedy;
  }
}
