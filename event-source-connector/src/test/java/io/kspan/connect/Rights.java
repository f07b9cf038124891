package io.kspan.connect;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.kspan.apiserver.Request;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Decides as RBAC does: a request is allowed when a role covers its verb, group, resource and
 * namespace. Remembers which rights were used. Safe for many threads.
 */
public final class Rights {
  /**
   * @param namespace empty for cluster-wide
   * @param name of the only object; empty for all
   */
  public record Right(String namespace, String verb, String group, String resource, String name) {}

  private final Set<Right> granted = ConcurrentHashMap.newKeySet();
  private final Set<Right> used = ConcurrentHashMap.newKeySet();

  /** From a manifest of roles and bindings; an empty one grants nothing. */
  public static Rights of(String manifest) {
    KubernetesSerialization yaml = new KubernetesSerialization();
    Rights rights = new Rights();
    Arrays.stream(manifest.split("(?m)^---$"))
        .filter(document -> document.contains("kind:"))
        .map(document -> yaml.unmarshal(document, HasMetadata.class))
        .forEach(rights::grant);
    return rights;
  }

  private void grant(HasMetadata object) {
    if (object instanceof ClusterRole role) {
      role.getRules().forEach(rule -> grant("", rule));
    } else if (object instanceof Role role) {
      role.getRules().forEach(rule -> grant(role.getMetadata().getNamespace(), rule));
    }
  }

  /**
   * @param namespace empty for cluster-wide
   */
  public void grant(String namespace, PolicyRule rule) {
    List<String> names = rule.getResourceNames().isEmpty() ? List.of("") : rule.getResourceNames();
    for (String group : rule.getApiGroups()) {
      for (String resource : rule.getResources()) {
        for (String verb : rule.getVerbs()) {
          names.forEach(name -> granted.add(new Right(namespace, verb, group, resource, name)));
        }
      }
    }
  }

  /** Whether a role covers what the request asks for. */
  public boolean allow(Request request) {
    Deque<String> path = new ArrayDeque<>(List.of(request.path().substring(1).split("/")));
    if (path.size() <= (path.peek().equals("api") ? 2 : 3)) {
      // Discovery: the role system:discovery gives it to every authenticated user.
      return request.method().equals("GET");
    }
    Right asked = asked(request, path);
    for (String namespace : List.of(asked.namespace(), "")) {
      for (String name : List.of(asked.name(), "")) {
        Right right = new Right(namespace, asked.verb(), asked.group(), asked.resource(), name);
        if (granted.contains(right)) {
          used.add(right);
          return true;
        }
      }
    }
    return false;
  }

  /** All granted rights. */
  public Set<Right> granted() {
    return Set.copyOf(granted);
  }

  /** Rights that no request has needed. */
  public Set<Right> unused() {
    Set<Right> unused = new LinkedHashSet<>(granted);
    unused.removeAll(used);
    return unused;
  }

  /** {@code /api/v1/...} or {@code /apis/group/version/...}. */
  private static Right asked(Request request, Deque<String> path) {
    String group = path.remove().equals("api") ? "" : path.remove();
    path.remove();
    String namespace = "";
    if (path.size() > 1 && path.peek().equals("namespaces")) {
      path.remove();
      namespace = path.peek();
      if (path.size() == 1) {
        // The namespace itself, which counts as being inside itself.
        path.addFirst("namespaces");
      } else {
        path.remove();
      }
    }
    String resource = path.remove();
    String name = path.isEmpty() ? "" : path.remove();
    String verb =
        switch (request.method()) {
          case "GET" -> request.isWatch() ? "watch" : name.isEmpty() ? "list" : "get";
          default -> request.method();
        };
    return new Right(namespace, verb, group, resource, name);
  }
}
