package io.kspan.topology.envelope;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The fields that the readers of this package look at. {@link JsonReader} skips all others, which
 * is most of what an object consists of.
 *
 * <p>Immutable and thread-safe.
 */
final class WantedFields {
  private static final WantedFields VALUE = new WantedFields(Map.of());

  private final Map<String, WantedFields> children;

  private WantedFields(Map<String, WantedFields> children) {
    this.children = Map.copyOf(children);
  }

  /** What is wanted below {@code field}; null if the field is not. */
  WantedFields of(String field) {
    return children.get(field);
  }

  /**
   * Fields of envelopes, and of Kubernetes objects without one.
   *
   * @param annotations that are read
   */
  static WantedFields ofRecords(List<String> annotations) {
    WantedFields object = event().and(anyObject(annotations));
    return object.and(
        values("type", "cluster", "observedAt").with("object", object).with("scope", scope()));
  }

  private static WantedFields scope() {
    return values("group", "version", "kind", "resource", "namespace", "startedAt");
  }

  private static WantedFields anyObject(List<String> annotations) {
    WantedFields owner = values("apiVersion", "kind", "name", "uid", "controller");
    WantedFields manager =
        values("manager", "operation", "time").with("fieldsV1", values("f:spec"));
    WantedFields metadata =
        values(
                "name",
                "namespace",
                "uid",
                "creationTimestamp",
                "deletionTimestamp",
                "generation",
                "resourceVersion")
            .with("ownerReferences", owner)
            .with("managedFields", manager)
            .with("annotations", values(annotations.toArray(String[]::new)));
    return values("kind", "apiVersion")
        .with("metadata", metadata)
        .with("spec", spec())
        .with("status", status());
  }

  private static WantedFields spec() {
    WantedFields podSpec = values().with(values("name", "image"), "initContainers", "containers");
    WantedFields template = values().with("spec", podSpec);
    WantedFields strategy = values("type").with("rollingUpdate", values("partition"));
    return values("replicas", "paused", "suspend", "parallelism", "nodeName")
        .and(podSpec)
        .with("updateStrategy", strategy)
        .with("template", template)
        .with("jobTemplate", values().with("spec", values().with("template", template)));
  }

  private static WantedFields status() {
    WantedFields times = values("startedAt", "finishedAt");
    WantedFields state =
        values().with("waiting", values("reason")).with("running", times).with("terminated", times);
    WantedFields container = values("name").with(state, "state", "lastState");
    return values(
            "phase",
            "observedGeneration",
            "replicas",
            "readyReplicas",
            "availableReplicas",
            "updatedReplicas",
            "currentRevision",
            "updateRevision",
            "desiredNumberScheduled",
            "numberAvailable",
            "updatedNumberScheduled")
        .with("conditions", values("type", "status"))
        .with(
            container, "initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses");
  }

  private static WantedFields event() {
    WantedFields involved =
        values("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath");
    return values(
            "reason",
            "message",
            "note",
            "type",
            "count",
            "deprecatedCount",
            "eventTime",
            "firstTimestamp",
            "deprecatedFirstTimestamp",
            "lastTimestamp",
            "deprecatedLastTimestamp",
            "reportingComponent",
            "reportingController",
            "reportingInstance")
        .with("series", values("count", "lastObservedTime"))
        .with(involved, "involvedObject", "regarding")
        .with(values("component", "host"), "source", "deprecatedSource");
  }

  private static WantedFields values(String... fields) {
    Map<String, WantedFields> children = new HashMap<>();
    Arrays.asList(fields).forEach(field -> children.put(field, VALUE));
    return new WantedFields(children);
  }

  private WantedFields with(String field, WantedFields below) {
    return with(below, field);
  }

  private WantedFields with(WantedFields below, String... fields) {
    Map<String, WantedFields> all = new HashMap<>(children);
    Arrays.asList(fields).forEach(field -> all.put(field, below));
    return new WantedFields(all);
  }

  private WantedFields and(WantedFields others) {
    Map<String, WantedFields> all = new HashMap<>(children);
    all.putAll(others.children);
    return new WantedFields(all);
  }
}
