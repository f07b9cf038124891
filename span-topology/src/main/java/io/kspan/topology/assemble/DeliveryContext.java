package io.kspan.topology.assemble;

import io.kspan.topology.model.ObjectSnapshot;
import java.util.List;
import java.util.Map;

/**
 * What an object says of the tool that delivered it, and of the sources it was made from. Every
 * part is empty if the object does not say it.
 *
 * <p>Sources: <a href="https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/">Argo
 * CD</a> (the tracking id is {@code [NAMESPACE_]APPLICATION:GROUP/KIND:NAMESPACE/NAME}), <a
 * href="https://fluxcd.io/flux/">Flux</a>, <a
 * href="https://helm.sh/docs/chart_best_practices/labels/">Helm</a>, <a
 * href="https://github.com/opencontainers/image-spec/blob/main/annotations.md">OCI annotations</a>,
 * <a href="https://tekton.dev/docs/pipelines/labels/">Tekton</a>.
 *
 * @param tool {@code argo-cd}, {@code flux} or {@code helm}, else the value of {@code
 *     app.kubernetes.io/managed-by}
 * @param kind of what the tool delivers: {@code Application}, {@code Kustomization}, {@code
 *     HelmRelease} (of Flux) or {@code Release} (of Helm)
 * @param namespace of that
 * @param name of that
 * @param chart name and version of the Helm chart
 * @param revision of the sources, mostly a commit
 * @param repository URL of the sources
 * @param version of the software
 * @param pipeline that made the object
 */
public record DeliveryContext(
    String tool,
    String kind,
    String namespace,
    String name,
    String chart,
    String revision,
    String repository,
    String version,
    String pipeline) {

  private static final String INSTANCE = "argocd.argoproj.io/instance";
  private static final String TRACKING_ID = "argocd.argoproj.io/tracking-id";
  private static final String KUSTOMIZE = "kustomize.toolkit.fluxcd.io/";
  private static final String HELM_RELEASE = "helm.toolkit.fluxcd.io/";
  private static final String RELEASE = "meta.helm.sh/release-";
  private static final String CHART = "helm.sh/chart";
  private static final String MANAGED_BY = "app.kubernetes.io/managed-by";
  private static final String PIPELINE = "tekton.dev/pipeline";
  private static final String IMAGE = "org.opencontainers.image.";
  private static final String NAME = "name";
  private static final String NAMESPACE = "namespace";

  /** The labels that it is read from. */
  public static final List<String> LABELS =
      List.of(
          INSTANCE,
          KUSTOMIZE + NAME,
          KUSTOMIZE + NAMESPACE,
          HELM_RELEASE + NAME,
          HELM_RELEASE + NAMESPACE,
          CHART,
          MANAGED_BY,
          PIPELINE);

  /** The annotations that it is read from. */
  public static final List<String> ANNOTATIONS =
      List.of(
          TRACKING_ID,
          RELEASE + NAME,
          RELEASE + NAMESPACE,
          IMAGE + "revision",
          IMAGE + "source",
          IMAGE + "version");

  /** What delivered an object, as far as it has a name. */
  private record Deliverer(String tool, String kind, String namespace, String name) {}

  /**
   * The context of an object.
   *
   * @param labels labels and annotations of a snapshot, under the names that it has them under
   */
  static DeliveryContext of(Map<String, String> labels) {
    Deliverer deliverer = deliverer(labels);
    return new DeliveryContext(
        deliverer.tool(),
        deliverer.kind(),
        deliverer.namespace(),
        deliverer.name(),
        label(labels, CHART),
        annotation(labels, IMAGE + "revision"),
        annotation(labels, IMAGE + "source"),
        annotation(labels, IMAGE + "version"),
        label(labels, PIPELINE));
  }

  /** Argo CD and Flux come first: both write what Helm writes, too, when they deliver a chart. */
  private static Deliverer deliverer(Map<String, String> labels) {
    String tracking = annotation(labels, TRACKING_ID);
    int end = tracking.indexOf(':');
    String application = end < 0 ? label(labels, INSTANCE) : tracking.substring(0, end);
    if (!application.isEmpty()) {
      // No name contains an underscore, so it ends the namespace.
      int underscore = application.indexOf('_');
      String namespace = underscore < 0 ? "" : application.substring(0, underscore);
      return new Deliverer(
          "argo-cd", "Application", namespace, application.substring(underscore + 1));
    }
    if (!label(labels, HELM_RELEASE + NAME).isEmpty()) {
      return flux("HelmRelease", HELM_RELEASE, labels);
    }
    if (!label(labels, KUSTOMIZE + NAME).isEmpty()) {
      return flux("Kustomization", KUSTOMIZE, labels);
    }
    String release = annotation(labels, RELEASE + NAME);
    return release.isEmpty()
        ? new Deliverer(label(labels, MANAGED_BY), "", "", "")
        : new Deliverer("helm", "Release", annotation(labels, RELEASE + NAMESPACE), release);
  }

  private static Deliverer flux(String kind, String prefix, Map<String, String> labels) {
    return new Deliverer(
        "flux", kind, label(labels, prefix + NAMESPACE), label(labels, prefix + NAME));
  }

  private static String label(Map<String, String> labels, String key) {
    return labels.getOrDefault(ObjectSnapshot.LABEL + key, "");
  }

  private static String annotation(Map<String, String> labels, String key) {
    return labels.getOrDefault(ObjectSnapshot.ANNOTATION + key, "");
  }
}
