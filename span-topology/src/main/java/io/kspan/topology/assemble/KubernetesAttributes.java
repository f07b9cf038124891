package io.kspan.topology.assemble;

import io.kspan.topology.model.ObjectIdentity;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.semconv.K8sAttributes;
import io.opentelemetry.semconv.incubating.K8sIncubatingAttributes;
import java.util.Map;

/**
 * How OpenTelemetry names Kubernetes objects, so that event traces join application telemetry
 * (trace-model 7).
 *
 * <p>Only kinds that the conventions define have attributes of their own; {@code k8s.object.*},
 * which they do not define yet, is what the Collector's receivers write.
 */
final class KubernetesAttributes {
  static final String OBJECT_KIND = "k8s.object.kind";
  static final String OBJECT_NAME = "k8s.object.name";
  static final String OBJECT_UID = "k8s.object.uid";
  static final String OBJECT_API_VERSION = "k8s.object.api_version";
  static final String OBJECT_GENERATION = "k8s.object.generation";

  private record Keys(AttributeKey<String> name, AttributeKey<String> uid) {}

  private static final Map<String, Keys> BY_KIND =
      Map.ofEntries(
          Map.entry("Pod", new Keys(K8sAttributes.K8S_POD_NAME, K8sAttributes.K8S_POD_UID)),
          Map.entry(
              "Deployment",
              new Keys(K8sAttributes.K8S_DEPLOYMENT_NAME, K8sAttributes.K8S_DEPLOYMENT_UID)),
          Map.entry(
              "ReplicaSet",
              new Keys(K8sAttributes.K8S_REPLICASET_NAME, K8sAttributes.K8S_REPLICASET_UID)),
          Map.entry(
              "StatefulSet",
              new Keys(K8sAttributes.K8S_STATEFULSET_NAME, K8sAttributes.K8S_STATEFULSET_UID)),
          Map.entry(
              "DaemonSet",
              new Keys(K8sAttributes.K8S_DAEMONSET_NAME, K8sAttributes.K8S_DAEMONSET_UID)),
          Map.entry("Job", new Keys(K8sAttributes.K8S_JOB_NAME, K8sAttributes.K8S_JOB_UID)),
          Map.entry(
              "CronJob", new Keys(K8sAttributes.K8S_CRONJOB_NAME, K8sAttributes.K8S_CRONJOB_UID)),
          Map.entry("Node", new Keys(K8sAttributes.K8S_NODE_NAME, K8sAttributes.K8S_NODE_UID)),
          Map.entry(
              "HorizontalPodAutoscaler",
              new Keys(K8sIncubatingAttributes.K8S_HPA_NAME, K8sIncubatingAttributes.K8S_HPA_UID)),
          Map.entry(
              "PersistentVolume",
              new Keys(
                  K8sIncubatingAttributes.K8S_PERSISTENTVOLUME_NAME,
                  K8sIncubatingAttributes.K8S_PERSISTENTVOLUME_UID)),
          Map.entry(
              "PersistentVolumeClaim",
              new Keys(
                  K8sIncubatingAttributes.K8S_PERSISTENTVOLUMECLAIM_NAME,
                  K8sIncubatingAttributes.K8S_PERSISTENTVOLUMECLAIM_UID)),
          Map.entry(
              "ReplicationController",
              new Keys(
                  K8sIncubatingAttributes.K8S_REPLICATIONCONTROLLER_NAME,
                  K8sIncubatingAttributes.K8S_REPLICATIONCONTROLLER_UID)),
          Map.entry(
              "ResourceQuota",
              new Keys(
                  K8sIncubatingAttributes.K8S_RESOURCEQUOTA_NAME,
                  K8sIncubatingAttributes.K8S_RESOURCEQUOTA_UID)),
          Map.entry(
              "Service",
              new Keys(
                  K8sIncubatingAttributes.K8S_SERVICE_NAME,
                  K8sIncubatingAttributes.K8S_SERVICE_UID)));

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
