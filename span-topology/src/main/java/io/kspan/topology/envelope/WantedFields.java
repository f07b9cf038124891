package io.kspan.topology.envelope;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringTokenizer;

/**
 * The fields that the readers of this package read. {@link JsonReader} skips all others, which is
 * most of an object.
 *
 * <p>Immutable and thread-safe.
 */
final class WantedFields {
  // A field with fields below it is followed by those in parentheses.
  private static final String POD_SPEC = "initContainers(name image) containers(name image) ";
  private static final String TEMPLATE = "template(spec(" + POD_SPEC + ")) ";
  private static final String RUN = "(startedAt finishedAt) ";
  private static final String CONTAINER_STATE =
      "(waiting(reason) running" + RUN + "terminated" + RUN + ") ";
  private static final String CONTAINER_STATUS =
      "(name state" + CONTAINER_STATE + "lastState" + CONTAINER_STATE + ") ";
  private static final String INVOLVED =
      "(kind namespace name uid apiVersion resourceVersion fieldPath) ";

  private static final String OBJECT =
      "kind apiVersion metadata(name namespace uid creationTimestamp deletionTimestamp generation "
          + "resourceVersion ownerReferences(apiVersion kind name uid controller) "
          + "managedFields(manager operation time fieldsV1(f:spec)) annotations) "
          + "spec(replicas paused suspend parallelism nodeName "
          + POD_SPEC
          + TEMPLATE
          + "updateStrategy(type rollingUpdate(partition)) jobTemplate(spec("
          + TEMPLATE
          + "))) "
          + "status(phase observedGeneration replicas readyReplicas availableReplicas "
          + "updatedReplicas currentRevision updateRevision desiredNumberScheduled numberAvailable "
          + "updatedNumberScheduled conditions(type status) initContainerStatuses"
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
          + "source(component host) deprecatedSource(component host) ";

  private static final String ENVELOPE =
      "type cluster observedAt scope(group version kind resource namespace startedAt) ";

  private final Map<String, WantedFields> children = new HashMap<>();

  /** The fields below {@code field}; null if the field is not wanted. */
  WantedFields of(String field) {
    return children.get(field);
  }

  /**
   * Fields of envelopes, and of Kubernetes objects without one.
   *
   * @param annotations that are read
   */
  static WantedFields ofRecords(List<String> annotations) {
    WantedFields object = new WantedFields().with(OBJECT + EVENT);
    WantedFields below = object.of("metadata").of("annotations");
    annotations.forEach(annotation -> below.children.put(annotation, new WantedFields()));
    WantedFields record = new WantedFields().with(ENVELOPE);
    record.children.putAll(object.children);
    record.children.put("object", object);
    return record;
  }

  private WantedFields with(String fields) {
    return with(new StringTokenizer(fields, " ()", true));
  }

  private WantedFields with(StringTokenizer fields) {
    WantedFields last = null;
    while (fields.hasMoreTokens()) {
      String token = fields.nextToken();
      if (token.equals(")")) {
        return this;
      }
      if (token.equals("(")) {
        last.with(fields);
      } else if (!token.equals(" ")) {
        last = new WantedFields();
        children.put(token, last);
      }
    }
    return this;
  }
}
