package io.kspan.topology.assemble;

import io.kspan.topology.model.ObjectReference;
import io.kspan.topology.model.OwnerReference;
import io.kspan.topology.model.SpecChange;
import java.util.List;
import java.util.SortedMap;

/**
 * What one version of an object says, before any rule judges it: the input of {@link ObjectRules}.
 *
 * @param uid never empty; the reference stands in for a missing one
 * @param receiptMillis {@code observedAt} of the envelope
 * @param deleted a watch {@code DELETED}
 * @param creationNanos 0 if absent
 * @param terminating a deletionTimestamp is set
 * @param owners ownerReferences that name an object, in their order
 * @param generation 0 if absent
 * @param specEntries managedFields entries that own {@code f:spec} and have a time, in their order
 * @param configuration what a change span compares, by name
 * @param traceparent empty if absent
 * @param nodeName of a pod, empty if absent and for other kinds
 * @param scaleTarget of a HorizontalPodAutoscaler; null for other kinds
 */
public record ObjectFacts(
    String uid,
    ObjectReference reference,
    String apiVersion,
    long receiptMillis,
    boolean deleted,
    long creationNanos,
    boolean terminating,
    List<Owner> owners,
    long generation,
    String resourceVersion,
    List<SpecChange> specEntries,
    Spec spec,
    Status status,
    SortedMap<String, String> configuration,
    String traceparent,
    String nodeName,
    ObjectReference scaleTarget) {

  /** An ownerReference. */
  public record Owner(OwnerReference reference, boolean controller) {}

  /**
   * The spec.
   *
   * @param replicas null if absent
   * @param partition of a rolling update, 0 if absent
   */
  public record Spec(
      Long replicas, boolean paused, boolean suspended, String updateStrategy, long partition) {}

  /**
   * The status. Absent numbers are 0.
   *
   * @param observedGeneration null if the field is absent
   */
  public record Status(
      Long observedGeneration,
      String phase,
      List<Condition> conditions,
      long replicas,
      long readyReplicas,
      long availableReplicas,
      long updatedReplicas,
      String currentRevision,
      String updateRevision,
      long desiredNumberScheduled,
      long numberAvailable,
      long updatedNumberScheduled,
      List<Container> containers) {

    /** The status of the first condition of {@code type}, null without one. */
    String condition(String type) {
      for (Condition condition : conditions) {
        if (condition.type().equals(type)) {
          return condition.status();
        }
      }
      return null;
    }

    boolean isTrue(String type) {
      return "True".equals(condition(type));
    }

    boolean isFalse(String type) {
      return "False".equals(condition(type));
    }
  }

  /** A condition. */
  public record Condition(String type, String status) {}

  /**
   * The status of a container of a pod.
   *
   * @param ephemeral whether a user debugs with it
   * @param waitingReason empty unless it waits
   * @param running null unless it runs
   * @param terminated null unless it has terminated
   * @param lastTerminated its last run before; of absent times if there was none
   */
  public record Container(
      String name,
      boolean ephemeral,
      String waitingReason,
      Run running,
      Run terminated,
      Run lastTerminated) {}

  /** A run of a container, with times as they are written; empty if absent. */
  public record Run(String startedAt, String finishedAt) {}
}
