package io.kspan.topology.model;

import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;

/**
 * One received version of an object, as the rules carry and store it.
 *
 * @param uid never empty
 * @param reference kind, namespace and name
 * @param apiVersion may be empty
 * @param receiptMillis {@code observedAt} of the envelope
 * @param sequence offset in the input partition, which orders versions of the same millisecond
 * @param creationNanos {@code metadata.creationTimestamp}, 0 if absent
 * @param deleted a watch {@code DELETED}
 * @param terminating a deletionTimestamp is set
 * @param owners the ownerReferences that name an object: the controller first, then in their order
 * @param generation 0 if the kind has none
 * @param resourceVersion opaque
 * @param specChange null if no managedFields entry owns the spec
 * @param state of this version, whether it is deleted or not
 * @param failing {@code Progressing=False}, or a pod with a container that cannot start
 * @param statusHash differs between versions if the status differs in what ends a span (trace-model
 *     6.2)
 * @param configuration images, replicas, revision and the like by name: what a change span compares
 * @param traceContext in an annotation; null without one
 * @param nodeName of a pod, empty until it is scheduled and for other kinds
 * @param specHash of the whole spec without {@code replicas}; 0 if it is not known
 * @param replicas {@code spec.replicas}; null if absent
 * @param paused {@code spec.paused}
 * @param statusReplicas {@code status.replicas}; 0 if absent
 * @param terminated the phase is Succeeded or Failed
 * @param scaleTarget what a HorizontalPodAutoscaler scales; null for other kinds
 * @param labels the labels and annotations that spans name, as {@code label.KEY} and {@code
 *     annotation.KEY}
 * @param delivery that its generation belongs to; null without one, and unless it is the first
 *     version of a generation of a root
 * @param facts that state spans are made of; {@link StatusFacts#NONE} where they are not read
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
    List<OwnerReference> owners,
    long generation,
    String resourceVersion,
    SpecChange specChange,
    ObjectState state,
    boolean failing,
    long statusHash,
    SortedMap<String, String> configuration,
    TraceContext traceContext,
    String nodeName,
    long specHash,
    Long replicas,
    boolean paused,
    long statusReplicas,
    boolean terminated,
    ObjectReference scaleTarget,
    SortedMap<String, String> labels,
    Delivery delivery,
    StatusFacts facts) {

  /** Begins the name of a label in {@code labels}. */
  public static final String LABEL = "label.";

  /** Begins the name of an annotation in {@code labels}. */
  public static final String ANNOTATION = "annotation.";

  public ObjectSnapshot {
    owners = List.copyOf(owners);
  }

  /**
   * Receipt; within a millisecond the order of the log. The resourceVersion is opaque and never
   * compared for order.
   */
  public static final Comparator<ObjectSnapshot> BY_RECEIPT =
      Comparator.comparingLong(ObjectSnapshot::receiptMillis)
          .thenComparingLong(ObjectSnapshot::sequence)
          .thenComparing(ObjectSnapshot::uid);

  /** The object, seen. */
  public ObjectIdentity identity() {
    return new ObjectIdentity(uid, reference, apiVersion, true, creationNanos);
  }

  /** Whether the spec asks for no replicas; absent means one. */
  public boolean isScaledToZero() {
    return replicas != null && replicas == 0;
  }

  /** A copy that is deleted: the deletion was not received. */
  public ObjectSnapshot deletedAt(long millis) {
    return copy(millis, sequence, true, false, state, false, delivery);
  }

  /** A copy with the offset, which the deserializer does not know. */
  public ObjectSnapshot withSequence(long offset) {
    return copy(receiptMillis, offset, deleted, terminating, state, failing, delivery);
  }

  /** A copy for the tree that the object has left. */
  public ObjectSnapshot leaving() {
    return copy(receiptMillis, sequence, deleted, false, ObjectState.LEFT, false, delivery);
  }

  /** A copy that belongs to a delivery. */
  public ObjectSnapshot withDelivery(Delivery newDelivery) {
    return copy(receiptMillis, sequence, deleted, terminating, state, failing, newDelivery);
  }

  private ObjectSnapshot copy(
      long newReceiptMillis,
      long newSequence,
      boolean isDeleted,
      boolean isTerminating,
      ObjectState newState,
      boolean isFailing,
      Delivery newDelivery) {
    return new ObjectSnapshot(
        uid,
        reference,
        apiVersion,
        newReceiptMillis,
        newSequence,
        creationNanos,
        isDeleted,
        isTerminating,
        owners,
        generation,
        resourceVersion,
        specChange,
        newState,
        isFailing,
        statusHash,
        configuration,
        traceContext,
        nodeName,
        specHash,
        replicas,
        paused,
        statusReplicas,
        terminated,
        scaleTarget,
        labels,
        newDelivery,
        facts);
  }
}
