package io.kspan.topology.assemble;

import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectSnapshot;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;

/**
 * The service that an object belongs to, as OpenTelemetry derives it from Kubernetes: the
 * annotation {@code resource.opentelemetry.io/...}, then a well-known label, then the name of the
 * workload. The convention reads the pod; here the object of the span is read first and then its
 * owners, since many Events are not about a pod; the version is that of the object only.
 *
 * <p>Source: <a
 * href="https://opentelemetry.io/docs/specs/semconv/non-normative/k8s-attributes/">Specify resource
 * attributes using Kubernetes annotations</a>. A version from the tag of an image is not derived:
 * an object of a tree has no single image.
 *
 * @param name never empty
 * @param namespace empty for an object without namespace
 * @param version empty if nothing says it
 */
public record WorkloadService(String name, String namespace, String version) {
  /** The labels that it is derived from. */
  public static final List<String> LABELS =
      List.of("app.kubernetes.io/instance", "app.kubernetes.io/name", "app.kubernetes.io/version");

  /** The annotations that it is derived from. */
  public static final List<String> ANNOTATIONS =
      List.of(
          "resource.opentelemetry.io/service.name",
          "resource.opentelemetry.io/service.namespace",
          "resource.opentelemetry.io/service.version");

  private static final String ANNOTATION = ObjectSnapshot.ANNOTATION + "resource.opentelemetry.io/";
  private static final String LABEL = ObjectSnapshot.LABEL + "app.kubernetes.io/";

  /** Kinds whose name becomes that of the service, in order of preference. */
  private static final List<String> KINDS =
      List.of("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "CronJob", "Job", "Pod");

  /**
   * The service of an object.
   *
   * @param chain the object, then its owners up to the root
   * @param labels of an object of the chain
   */
  static WorkloadService of(
      List<ObjectIdentity> chain, Function<ObjectIdentity, SortedMap<String, String>> labels) {
    String name =
        first(chain, labels, ANNOTATION + "service.name")
            .or(() -> first(chain, labels, LABEL + "instance"))
            .or(() -> first(chain, labels, LABEL + "name"))
            .orElseGet(() -> workload(chain).reference().name());
    ObjectIdentity object = chain.get(0);
    String namespace =
        first(chain, labels, ANNOTATION + "service.namespace")
            .orElseGet(() -> object.reference().namespace());
    // Not of an owner: while a new version is rolled out, the old pods have another one.
    List<ObjectIdentity> own = chain.subList(0, 1);
    String version =
        first(own, labels, ANNOTATION + "service.version")
            .or(() -> first(own, labels, LABEL + "version"))
            .orElse("");
    return new WorkloadService(name, namespace, version);
  }

  private static Optional<String> first(
      List<ObjectIdentity> chain,
      Function<ObjectIdentity, SortedMap<String, String>> labels,
      String key) {
    return chain.stream()
        .map(object -> labels.apply(object).getOrDefault(key, ""))
        .filter(value -> !value.isEmpty())
        .findFirst();
  }

  private static ObjectIdentity workload(List<ObjectIdentity> chain) {
    for (String kind : KINDS) {
      for (ObjectIdentity object : chain) {
        if (object.reference().kind().equals(kind)) {
          return object;
        }
      }
    }
    return chain.get(chain.size() - 1);
  }
}
