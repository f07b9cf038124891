package io.kspan.topology.model;

import java.util.Comparator;
import java.util.SortedMap;

/**
 * One received version of an object, reduced to what the trace model asks of it.
 *
 * @param uid never empty
 * @param reference kind, namespace and name
 * @param apiVersion may be empty
 * @param receiptMillis {@code observedAt} of the envelope
 * @param sequence position in the log of this object: its offset
 * @param creationNanos {@code metadata.creationTimestamp}, 0 if absent
 * @param deleted a watch {@code DELETED}
 * @param terminating a deletionTimestamp is set
 * @param owner the owner that counts; null without ownerReferences
 * @param generation 0 if the kind has none
 * @param resourceVersion opaque
 * @param specChange null if no managedFields entry owns the spec
 * @param settlement of this version, whether deleted or not
 * @param failed the object itself says that it failed for good (Job Failed, Pod Failed)
 * @param failing {@code Progressing=False}, or a pod that waits for a reason that does not pass by
 *     itself
 * @param state the facts whose change ends a span (trace-model 6.2), in one comparable text
 * @param facts what a reader wants to see changed: images, replicas, revision, by name
 * @param traceparent W3C trace context of an annotation, empty without
 * @param nodeName of a pod, empty until it is scheduled and for other kinds
 */
public record ObjectSnapshot(
    String uid,
    ObjectReference reference,
    String apiVersion,
    long receiptMillis,
    long sequence,
    long creationNanos,
    boolean deleted,
    boolean terminating,
    OwnerReference owner,
    long generation,
    String resourceVersion,
    SpecChange specChange,
    Settlement settlement,
    boolean failed,
    boolean failing,
    String state,
    SortedMap<String, String> facts,
    String traceparent,
    String nodeName) {

  /**
   * Receipt; within a millisecond the order of the log. The resourceVersion is opaque and never
   * compared for order.
   */
  public static final Comparator<ObjectSnapshot> BY_RECEIPT =
      Comparator.comparingLong(ObjectSnapshot::receiptMillis)
          .thenComparingLong(ObjectSnapshot::sequence)
          .thenComparing(ObjectSnapshot::uid);

  /** This object as somebody who was seen. */
  public ObjectIdentity identity() {
    return new ObjectIdentity(uid, reference, apiVersion, true, creationNanos);
  }

  /** The version that nobody saw: its last one, deleted. */
  public ObjectSnapshot deletedAt(long millis) {
    return new ObjectSnapshot(
        uid,
        reference,
        apiVersion,
        millis,
        sequence,
        creationNanos,
        true,
        false,
        owner,
        generation,
        resourceVersion,
        specChange,
        settlement,
        failed,
        false,
        state + ";deleted",
        facts,
        traceparent,
        nodeName);
  }

  /** The same with the position in the log, which only the reader of the log knows. */
  public ObjectSnapshot withSequence(long position) {
    return new ObjectSnapshot(
        uid,
        reference,
        apiVersion,
        receiptMillis,
        position,
        creationNanos,
        deleted,
        terminating,
        owner,
        generation,
        resourceVersion,
        specChange,
        settlement,
        failed,
        failing,
        state,
        facts,
        traceparent,
        nodeName);
  }
}
