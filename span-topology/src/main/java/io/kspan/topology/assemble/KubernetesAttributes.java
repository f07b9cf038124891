package io.kspan.topology.assemble;

import io.kspan.topology.model.ObjectIdentity;
import io.opentelemetry.semconv.K8sAttributes;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * OpenTelemetry's names of Kubernetes objects, so that event traces join application telemetry
 * (trace-model 7).
 *
 * <p>Only kinds that the conventions define have attributes of their own; {@code k8s.object.*},
 * which they do not define yet, are those of the Collector's receivers.
 */
final class KubernetesAttributes {
  static final String OBJECT_KIND = "k8s.object.kind";
  static final String OBJECT_NAME = "k8s.object.name";
  static final String OBJECT_UID = "k8s.object.uid";
  static final String OBJECT_API_VERSION = "k8s.object.api_version";
  static final String OBJECT_GENERATION = "k8s.object.generation";

  private static final String AUTOSCALER = "HorizontalPodAutoscaler";

  private record Keys(String name, String uid) {}

  private static final Map<String, Keys> BY_KIND = new HashMap<>();

  static {
    for (String kind :
        Set.of(
            "Pod",
            "Deployment",
            "ReplicaSet",
            "StatefulSet",
            "DaemonSet",
            "Job",
            "CronJob",
            "Node",
            "PersistentVolume",
            "PersistentVolumeClaim",
            "ReplicationController",
            "ResourceQuota",
            "Service",
            AUTOSCALER)) {
      BY_KIND.put(kind, new Keys(prefix(kind) + "name", prefix(kind) + "uid"));
    }
  }

  private KubernetesAttributes() {}

  /** The object that a span is about. */
  static void object(AttributeMap attributes, ObjectIdentity object) {
    attributes
        .put(OBJECT_KIND, object.reference().kind())
        .put(OBJECT_NAME, object.reference().name())
        .put(OBJECT_UID, realUid(object.uid()))
        .put(OBJECT_API_VERSION, object.apiVersion())
        .put(K8sAttributes.K8S_NAMESPACE_NAME, namespaceOf(object));
    named(attributes, object);
  }

  /** The top of the tree of an object: a custom kind has no {@code k8s.<kind>.name}. */
  static void root(AttributeMap attributes, ObjectIdentity root) {
    attributes
        .put("k8s.owner.root.kind", root.reference().kind())
        .put("k8s.owner.root.name", root.reference().name())
        .put("k8s.owner.root.uid", realUid(root.uid()))
        .put("k8s.owner.root.api_version", root.apiVersion());
  }

  /** How the attributes of objects of a kind begin, as in {@code k8s.pod.label.app}. */
  static String prefix(String kind) {
    return kind.equals(AUTOSCALER) ? "k8s.hpa." : "k8s." + kind.toLowerCase(Locale.ROOT) + '.';
  }

  /** The object or one of its owners, under the name of its kind. */
  static void named(AttributeMap attributes, ObjectIdentity object) {
    Keys keys = BY_KIND.get(object.reference().kind());
    if (keys != null) {
      attributes.put(keys.name(), object.reference().name()).put(keys.uid(), realUid(object.uid()));
    }
  }

  /** Empty for a reference that stands in for a missing UID: no UID contains a slash. */
  static String realUid(String uid) {
    return uid.indexOf('/') < 0 ? uid : "";
  }

  private static String namespaceOf(ObjectIdentity object) {
    boolean isNamespace = object.reference().kind().equals("Namespace");
    return isNamespace ? object.reference().name() : object.reference().namespace();
  }
}
