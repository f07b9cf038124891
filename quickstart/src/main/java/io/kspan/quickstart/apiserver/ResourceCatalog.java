package io.kspan.quickstart.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kspan.quickstart.capture.CaptureRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What the server serves: the built-in resources that owners of pods have, and what a recording
 * holds beyond them.
 *
 * <p>Immutable.
 */
final class ResourceCatalog {

  private static final List<ResourceType> BUILT_IN =
      List.of(
          namespaced("", "v1", "events", "Event"),
          namespaced("", "v1", "pods", "Pod"),
          namespaced("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim"),
          namespaced("", "v1", "replicationcontrollers", "ReplicationController"),
          namespaced("", "v1", "services", "Service"),
          new ResourceType("", "v1", "nodes", "Node", false),
          new ResourceType("", "v1", "namespaces", "Namespace", false),
          new ResourceType("", "v1", "persistentvolumes", "PersistentVolume", false),
          namespaced("apps", "v1", "deployments", "Deployment"),
          namespaced("apps", "v1", "replicasets", "ReplicaSet"),
          namespaced("apps", "v1", "statefulsets", "StatefulSet"),
          namespaced("apps", "v1", "daemonsets", "DaemonSet"),
          namespaced("batch", "v1", "jobs", "Job"),
          namespaced("batch", "v1", "cronjobs", "CronJob"),
          namespaced("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler"),
          namespaced("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget"));

  private final Map<String, ResourceType> types = new LinkedHashMap<>();

  ResourceCatalog(Collection<CaptureRecord> recording) {
    BUILT_IN.forEach(this::add);
    for (CaptureRecord record : recording) {
      ResourceType type = typeOf(record);
      types.putIfAbsent(path(type.group(), type.version(), type.plural()), type);
    }
  }

  private static ResourceType namespaced(String group, String version, String plural, String kind) {
    return new ResourceType(group, version, plural, kind, true);
  }

  private void add(ResourceType type) {
    types.put(path(type.group(), type.version(), type.plural()), type);
  }

  /** The resource of a recorded object: as the recorder noted it, else as its kind is built. */
  ResourceType typeOf(CaptureRecord record) {
    ObjectNode object = record.object();
    String apiVersion = object.path("apiVersion").asText();
    int slash = apiVersion.indexOf('/');
    String group = slash < 0 ? "" : apiVersion.substring(0, slash);
    String version = apiVersion.substring(slash + 1);
    String kind = object.path("kind").asText();
    // Recorders write "apps.demo.example.com" for a custom resource: the plural comes first.
    String plural = record.resource().split("\\.", 2)[0];
    if (plural.isEmpty()) {
      plural = plural(group, kind);
    }
    ResourceType known = types.get(path(group, version, plural));
    return known == null
        ? new ResourceType(group, version, plural, kind, object.path("metadata").has("namespace"))
        : known;
  }

  private String plural(String group, String kind) {
    for (ResourceType type : types.values()) {
      if (type.group().equals(group) && type.kind().equals(kind)) {
        return type.plural();
      }
    }
    return kind.toLowerCase(Locale.ROOT) + "s";
  }

  Optional<ResourceType> find(String group, String version, String plural) {
    return Optional.ofNullable(types.get(path(group, version, plural)));
  }

  List<ResourceType> all() {
    return new ArrayList<>(types.values());
  }

  List<ResourceType> ofVersion(String group, String version) {
    return types.values().stream()
        .filter(type -> type.group().equals(group) && type.version().equals(version))
        .toList();
  }

  private static String path(String group, String version, String plural) {
    return group + "/" + version + "/" + plural;
  }
}
