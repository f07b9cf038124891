package io.kspan.connect.record;

import java.util.List;

/**
 * What the projections {@code safe} and {@code metadata} publish beyond their fixed fields.
 * Immutable.
 *
 * @param annotations keys of annotations whose values are published; one that ends in {@code *}
 *     stands for all keys that begin so
 * @param hashKey key of the hashes of what is not published
 */
public record PublishedValues(List<String> annotations, String hashKey) {
  /** What the topology reads by its defaults, and what it names services by. */
  public static final List<String> DEFAULT_ANNOTATIONS =
      List.of(
          "deployment.kubernetes.io/revision",
          "topLevelSpan",
          "traceparent",
          "tracestate",
          "tracing.k8s.io/*",
          "tekton.dev/pipelinerunSpanContext",
          "tekton.dev/taskrunSpanContext",
          "resource.opentelemetry.io/*",
          "argocd.argoproj.io/tracking-id",
          "meta.helm.sh/*",
          "org.opencontainers.image.*");

  public PublishedValues {
    annotations = List.copyOf(annotations);
  }

  PublishedValues withAllAnnotations() {
    return new PublishedValues(List.of("*"), hashKey);
  }

  boolean publishesAnnotation(String key) {
    for (String published : annotations) {
      boolean prefix = published.endsWith("*");
      if (prefix
          ? key.startsWith(published.substring(0, published.length() - 1))
          : key.equals(published)) {
        return true;
      }
    }
    return false;
  }
}
