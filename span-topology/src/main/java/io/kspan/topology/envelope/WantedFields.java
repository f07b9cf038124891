package io.kspan.topology.envelope;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringTokenizer;

/**
 * The fields that the readers of this package read. {@link JsonReader} skips all others, which is
 * most of an object.
 *
 * <p>Immutable and thread-safe.
 */
final class WantedFields {
  private static final WantedFields VALUE = new WantedFields(Map.of());

  /** A field with everything below it. */
  private static final WantedFields EVERYTHING = new WantedFields(Map.of());

  private static final String ANNOTATIONS = "annotations";
  private static final String LABELS = "labels";

  // A field with fields below it is followed by those in parentheses, or by * for all.
  private static final String POD_SPEC = "initContainers(name image) containers(name image) ";
  private static final String TEMPLATE =
      "template(metadata(annotations) spec(serviceAccountName initContainers(name image resources*) "
          + "containers(name image resources*))) ";
  private static final String STRATEGY =
      "%1$s(type rollingUpdate(maxSurge maxUnavailable partition)) "
          + "%2$s(type rollingUpdate(maxSurge maxUnavailable partition)) ";
  private static final String RUN = "(startedAt finishedAt exitCode signal reason) ";
  private static final String CONTAINER_STATE =
      "(waiting(reason) running" + RUN + "terminated" + RUN + ") ";
  private static final String CONTAINER_STATUS =
      "(name restartCount state" + CONTAINER_STATE + "lastState" + CONTAINER_STATE + ") ";
  private static final String INVOLVED =
      "(kind namespace name uid apiVersion resourceVersion fieldPath) ";

  private static final String OBJECT =
      "kind apiVersion metadata(name namespace uid creationTimestamp deletionTimestamp "
          + "deletionGracePeriodSeconds generation "
          + "resourceVersion ownerReferences(apiVersion kind name uid controller) "
          + "managedFields(manager operation time fieldsV1(f:spec)) annotations labels) "
          + "specHash specParts* spec(replicas paused suspend parallelism nodeName scaleTargetRef(kind name) "
          + POD_SPEC
          + TEMPLATE
          + STRATEGY.formatted("strategy", "updateStrategy")
          + "jobTemplate(spec("
          + TEMPLATE
          + "))) "
          + "status(phase observedGeneration replicas readyReplicas availableReplicas "
          + "updatedReplicas currentRevision updateRevision desiredNumberScheduled numberAvailable "
          + "updatedNumberScheduled active conditions(type status reason lastTransitionTime) initContainerStatuses"
          + CONTAINER_STATUS
          + "containerStatuses"
          + CONTAINER_STATUS
          + "ephemeralContainerStatuses"
          + CONTAINER_STATUS
          + ") ";

  private static final String EVENT =
      "reason message note type count deprecatedCount eventTime firstTimestamp "
          + "deprecatedFirstTimestamp lastTimestamp deprecatedLastTimestamp reportingComponent "
          + "reportingController reportingInstance series(count lastObservedTime) involvedObject"
          + INVOLVED
          + "regarding"
          + INVOLVED
          + "related(kind namespace name uid) "
          + "source(component host) deprecatedSource(component host) ";

  private static final String ENVELOPE =
      "type cluster observedAt scope(group version kind resource namespace startedAt) ";

  private final Map<String, WantedFields> children;

  private WantedFields(Map<String, WantedFields> children) {
    // Faster than a HashMap at names that are not there, which most are.
    this.children = Map.copyOf(children);
  }

  /** Whether these are the fields of a Kubernetes object. */
  boolean isObject() {
    return children.containsKey(SpecHash.FIELD);
  }

  /** The fields below {@code field}; null if the field is not wanted. */
  WantedFields of(String field) {
    return this == EVERYTHING ? this : children.get(field);
  }

  /**
   * Fields of envelopes, and of Kubernetes objects without one.
   *
   * @param annotations that are read
   * @param labels that are read
   * @param paths to fields of objects that are read with everything below them
   */
  static WantedFields ofRecords(
      List<String> annotations, List<String> labels, Set<List<String>> paths) {
    Map<String, WantedFields> object =
        parse(OBJECT + EVENT, Map.of(ANNOTATIONS, annotations, LABELS, labels));
    for (List<String> path : paths) {
      add(object, path);
    }
    Map<String, WantedFields> record = parse(ENVELOPE, Map.of());
    record.putAll(object);
    record.put("object", new WantedFields(object));
    return new WantedFields(record);
  }

  private static void add(Map<String, WantedFields> fields, List<String> path) {
    WantedFields wanted = fields.get(path.get(0));
    if (path.size() == 1) {
      fields.put(path.get(0), EVERYTHING);
    } else if (wanted != EVERYTHING) {
      Map<String, WantedFields> below = new HashMap<>(wanted == null ? Map.of() : wanted.children);
      add(below, path.subList(1, path.size()));
      fields.put(path.get(0), new WantedFields(below));
    }
  }

  /**
   * Reads the notation above.
   *
   * @param keys of the fields whose fields have names of users, by name
   */
  private static Map<String, WantedFields> parse(String fields, Map<String, List<String>> keys) {
    return parse(new StringTokenizer(fields, " ()", true), keys);
  }

  private static Map<String, WantedFields> parse(
      StringTokenizer fields, Map<String, List<String>> keys) {
    Map<String, WantedFields> parsed = new HashMap<>();
    String last = "";
    while (fields.hasMoreTokens()) {
      String token = fields.nextToken();
      if (token.equals(")")) {
        return parsed;
      }
      if (token.equals("(")) {
        parsed.put(last, new WantedFields(parse(fields, keys)));
      } else if (keys.containsKey(token)) {
        Map<String, WantedFields> below = new HashMap<>();
        keys.get(token).forEach(key -> below.put(key, VALUE));
        parsed.put(token, new WantedFields(below));
      } else if (token.endsWith("*")) {
        parsed.put(token.substring(0, token.length() - 1), EVERYTHING);
      } else if (!token.equals(" ")) {
        parsed.put(token, VALUE);
        last = token;
      }
    }
    return parsed;
  }
}
