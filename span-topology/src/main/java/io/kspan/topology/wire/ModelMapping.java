package io.kspan.topology.wire;

import io.kspan.topology.model.Cause;
import io.kspan.topology.model.Delivery;
import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.Lineage;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectReference;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.ObjectState;
import io.kspan.topology.model.OwnerReference;
import io.kspan.topology.model.SpecChange;
import io.kspan.topology.model.StatusFacts;
import io.kspan.topology.wire.proto.Change;
import io.kspan.topology.wire.proto.Event;
import io.kspan.topology.wire.proto.Identity;
import io.kspan.topology.wire.proto.ObjectLineage;
import io.kspan.topology.wire.proto.Owner;
import io.kspan.topology.wire.proto.Snapshot;
import io.kspan.topology.wire.proto.TraceContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Maps the records of the model that several stores and topics hold to the messages of {@code
 * model.proto}, and back. Stateless.
 */
public final class ModelMapping {
  private ModelMapping() {}

  /** The message of {@code identity}. */
  public static Identity toMessage(ObjectIdentity identity) {
    return Identity.newBuilder()
        .setUid(identity.uid())
        .setKind(identity.reference().kind())
        .setNamespace(identity.reference().namespace())
        .setName(identity.reference().name())
        .setApiVersion(identity.apiVersion())
        .setSeen(identity.seen())
        .setCreationNanos(identity.creationNanos())
        .build();
  }

  /** The identity in {@code message}. */
  public static ObjectIdentity fromMessage(Identity message) {
    return new ObjectIdentity(
        message.getUid(),
        new ObjectReference(message.getKind(), message.getNamespace(), message.getName()),
        message.getApiVersion(),
        message.getSeen(),
        message.getCreationNanos());
  }

  private static Owner toMessage(OwnerReference owner) {
    return Owner.newBuilder()
        .setApiVersion(owner.apiVersion())
        .setKind(owner.kind())
        .setName(owner.name())
        .setUid(owner.uid())
        .build();
  }

  private static OwnerReference fromMessage(Owner message) {
    return new OwnerReference(
        message.getApiVersion(), message.getKind(), message.getName(), message.getUid());
  }

  /** The message of {@code event}. */
  public static Event toMessage(EventOccurrence event) {
    Event.Builder message =
        Event.newBuilder()
            .setUid(event.uid())
            .setCount(event.count())
            .setReceiptMillis(event.receiptMillis())
            .setTimeNanos(event.timeNanos())
            .setStamp(StateSerde.constant(Event.StampPrecision.class, event.stamp()))
            .setFirstTimeNanos(event.firstTimeNanos())
            .setName(event.name())
            .setInvolvedKind(event.involved().kind())
            .setInvolvedNamespace(event.involved().namespace())
            .setInvolvedName(event.involved().name())
            .setInvolvedUid(event.involvedUid())
            .setInvolvedApiVersion(event.involvedApiVersion())
            .setInvolvedResourceVersion(event.involvedResourceVersion())
            .setFieldPath(event.fieldPath())
            .setReason(event.reason())
            .setMessage(event.message())
            .setType(event.type())
            .setComponent(event.component())
            .setHost(event.host())
            .setTopLevel(event.topLevel())
            .setNamespace(event.namespace());
    message.setOriginalWholeSecond(event.original().wholeSecond());
    if (event.original().nanos() != event.stampNanos()) {
      message.setOriginalNanos(event.original().nanos());
    }
    if (event.related() != null) {
      message.setRelated(
          Event.Related.newBuilder()
              .setKind(event.related().reference().kind())
              .setNamespace(event.related().reference().namespace())
              .setName(event.related().reference().name())
              .setUid(event.related().uid()));
    }
    if (event.traceContext() != null) {
      message.setTraceContext(toMessage(event.traceContext()));
    }
    if (event.stampNanos() != event.timeNanos()) {
      message.setStampNanos(event.stampNanos());
    }
    if (event.cause() != null) {
      message.setCause(
          Event.Cause.newBuilder()
              .setKind(event.cause().named().kind())
              .setName(event.cause().named().name())
              .setDirection(StateSerde.constant(Event.Direction.class, event.cause().direction())));
    }
    return message.build();
  }

  /** The occurrence in {@code message}. */
  public static EventOccurrence fromMessage(Event message) {
    long stampNanos = message.hasStampNanos() ? message.getStampNanos() : message.getTimeNanos();
    return new EventOccurrence(
        message.getUid(),
        message.getCount(),
        message.getReceiptMillis(),
        message.getTimeNanos(),
        stampNanos,
        StateSerde.constant(EventOccurrence.StampPrecision.class, message.getStamp()),
        message.getFirstTimeNanos(),
        message.getName(),
        new ObjectReference(
            message.getInvolvedKind(), message.getInvolvedNamespace(), message.getInvolvedName()),
        message.getInvolvedUid(),
        message.getInvolvedApiVersion(),
        message.getInvolvedResourceVersion(),
        message.getFieldPath(),
        message.getReason(),
        message.getMessage(),
        message.getType(),
        message.getComponent(),
        message.getHost(),
        message.getTopLevel(),
        message.hasCause() ? fromMessage(message.getCause(), message.getInvolvedNamespace()) : null,
        message.getNamespace(),
        new EventOccurrence.Stamp(
            message.hasOriginalNanos() ? message.getOriginalNanos() : stampNanos,
            message.getOriginalWholeSecond()),
        message.hasRelated()
            ? new EventOccurrence.Related(
                new ObjectReference(
                    message.getRelated().getKind(),
                    message.getRelated().getNamespace(),
                    message.getRelated().getName()),
                message.getRelated().getUid())
            : null,
        message.hasTraceContext() ? fromMessage(message.getTraceContext()) : null);
  }

  private static TraceContext toMessage(io.kspan.topology.model.TraceContext context) {
    return TraceContext.newBuilder()
        .setTraceId(context.traceId())
        .setSpanId(context.spanId())
        .setFlags(context.flags())
        .setState(context.state())
        .build();
  }

  private static io.kspan.topology.model.TraceContext fromMessage(TraceContext message) {
    return new io.kspan.topology.model.TraceContext(
        message.getTraceId(), message.getSpanId(), message.getFlags(), message.getState());
  }

  private static Cause fromMessage(Event.Cause message, String namespace) {
    return new Cause(
        new ObjectReference(message.getKind(), namespace, message.getName()),
        StateSerde.constant(Cause.Direction.class, message.getDirection()));
  }

  /** The message of {@code snapshot}. */
  public static Snapshot toMessage(ObjectSnapshot snapshot) {
    Snapshot.Builder message =
        Snapshot.newBuilder()
            .setUid(snapshot.uid())
            .setKind(snapshot.reference().kind())
            .setNamespace(snapshot.reference().namespace())
            .setName(snapshot.reference().name())
            .setApiVersion(snapshot.apiVersion())
            .setReceiptMillis(snapshot.receiptMillis())
            .setSequence(snapshot.sequence())
            .setCreationNanos(snapshot.creationNanos())
            .setDeleted(snapshot.deleted())
            .setTerminating(snapshot.terminating())
            .setGeneration(snapshot.generation())
            .setResourceVersion(snapshot.resourceVersion())
            .setState(StateSerde.constant(Snapshot.State.class, snapshot.state()))
            .setFailing(snapshot.failing())
            .setStatusHash(snapshot.statusHash())
            .setNodeName(snapshot.nodeName())
            .setSpecHash(snapshot.specHash())
            .setPaused(snapshot.paused())
            .setStatusReplicas(snapshot.statusReplicas())
            .setTerminated(snapshot.terminated());
    snapshot.owners().forEach(owner -> message.addOwners(toMessage(owner)));
    if (snapshot.replicas() != null) {
      message.setReplicas(snapshot.replicas());
    }
    if (snapshot.traceContext() != null) {
      message.setTraceContext(toMessage(snapshot.traceContext()));
    }
    if (snapshot.delivery() != null) {
      Snapshot.Delivery.Builder delivery =
          Snapshot.Delivery.newBuilder().setId(snapshot.delivery().id());
      if (snapshot.delivery().first() != null) {
        delivery.setFirst(toMessage(snapshot.delivery().first()));
      }
      message.setDelivery(delivery);
    }
    if (!snapshot.facts().equals(StatusFacts.NONE)) {
      message.setFacts(StatusFactsMapping.toMessage(snapshot.facts()));
    }
    if (snapshot.scaleTarget() != null) {
      message.setScaleTarget(
          Snapshot.ScaleTarget.newBuilder()
              .setKind(snapshot.scaleTarget().kind())
              .setName(snapshot.scaleTarget().name()));
    }
    if (snapshot.specChange() != null) {
      message.setSpecChange(
          Snapshot.SpecChange.newBuilder()
              .setManager(snapshot.specChange().manager())
              .setOperation(snapshot.specChange().operation())
              .setTimeNanos(snapshot.specChange().timeNanos()));
    }
    return message
        .addAllConfiguration(settings(snapshot.configuration()))
        .addAllLabels(settings(snapshot.labels()))
        .build();
  }

  private static List<Snapshot.Setting> settings(SortedMap<String, String> byName) {
    List<Snapshot.Setting> settings = new ArrayList<>(byName.size());
    byName.forEach(
        (name, value) ->
            settings.add(Snapshot.Setting.newBuilder().setName(name).setValue(value).build()));
    return settings;
  }

  /** The version in {@code message}. */
  public static ObjectSnapshot fromMessage(Snapshot message) {
    Snapshot.SpecChange change = message.getSpecChange();
    return new ObjectSnapshot(
        message.getUid(),
        new ObjectReference(message.getKind(), message.getNamespace(), message.getName()),
        message.getApiVersion(),
        message.getReceiptMillis(),
        message.getSequence(),
        message.getCreationNanos(),
        message.getDeleted(),
        message.getTerminating(),
        message.getOwnersList().stream().map(ModelMapping::fromMessage).toList(),
        message.getGeneration(),
        message.getResourceVersion(),
        message.hasSpecChange()
            ? new SpecChange(change.getManager(), change.getOperation(), change.getTimeNanos())
            : null,
        StateSerde.constant(ObjectState.class, message.getState()),
        message.getFailing(),
        message.getStatusHash(),
        settings(message.getConfigurationList()),
        message.hasTraceContext() ? fromMessage(message.getTraceContext()) : null,
        message.getNodeName(),
        message.getSpecHash(),
        message.hasReplicas() ? message.getReplicas() : null,
        message.getPaused(),
        message.getStatusReplicas(),
        message.getTerminated(),
        message.hasScaleTarget()
            ? new ObjectReference(
                message.getScaleTarget().getKind(),
                message.getNamespace(),
                message.getScaleTarget().getName())
            : null,
        settings(message.getLabelsList()),
        message.hasDelivery() ? fromMessage(message.getDelivery()) : null,
        message.hasFacts() ? StatusFactsMapping.fromMessage(message.getFacts()) : StatusFacts.NONE);
  }

  private static Delivery fromMessage(Snapshot.Delivery message) {
    return new Delivery(
        message.getId(), message.hasFirst() ? fromMessage(message.getFirst()) : null);
  }

  /** The message of {@code change}. */
  public static Change toMessage(Delivery.Change change) {
    return Change.newBuilder()
        .setRoot(toMessage(change.root()))
        .setGeneration(change.generation())
        .setReceiptMillis(change.receiptMillis())
        .build();
  }

  /** The change in {@code message}. */
  public static Delivery.Change fromMessage(Change message) {
    return new Delivery.Change(
        fromMessage(message.getRoot()), message.getGeneration(), message.getReceiptMillis());
  }

  private static SortedMap<String, String> settings(List<Snapshot.Setting> settings) {
    if (settings.isEmpty()) {
      return Collections.emptySortedMap();
    }
    SortedMap<String, String> byName = new TreeMap<>();
    settings.forEach(setting -> byName.put(setting.getName(), setting.getValue()));
    return byName;
  }

  /** The message of {@code lineage}. */
  public static ObjectLineage toMessage(Lineage lineage) {
    ObjectLineage.Builder message =
        ObjectLineage.newBuilder()
            .setIdentity(toMessage(lineage.identity()))
            .setFirstSeenMillis(lineage.firstSeenMillis());
    if (lineage.deletedMillis() != Lineage.NEVER) {
      message.setDeletedMillis(lineage.deletedMillis());
    }
    for (Lineage.OwnerSince owner : lineage.owners()) {
      message.addOwners(
          ObjectLineage.OwnerSince.newBuilder()
              .setSinceMillis(owner.sinceMillis())
              .addAllCandidates(owner.candidates().stream().map(ModelMapping::toMessage).toList()));
    }
    for (Lineage.GenerationSince since : lineage.generations()) {
      message.addGenerations(
          ObjectLineage.GenerationSince.newBuilder()
              .setSinceMillis(since.sinceMillis())
              .setGeneration(since.generation()));
    }
    for (Lineage.ScaleTargetSince since : lineage.scaleTargets()) {
      message.addScaleTargets(
          ObjectLineage.ScaleTargetSince.newBuilder()
              .setSinceMillis(since.sinceMillis())
              .setKind(since.target().kind())
              .setName(since.target().name()));
    }
    return message.build();
  }

  /** The lineage in {@code message}. */
  public static Lineage fromMessage(ObjectLineage message) {
    return new Lineage(
        fromMessage(message.getIdentity()),
        message.getFirstSeenMillis(),
        message.hasDeletedMillis() ? message.getDeletedMillis() : Lineage.NEVER,
        message.getOwnersList().stream()
            .map(
                o ->
                    new Lineage.OwnerSince(
                        o.getSinceMillis(),
                        o.getCandidatesList().stream().map(ModelMapping::fromMessage).toList()))
            .toList(),
        message.getGenerationsList().stream()
            .map(g -> new Lineage.GenerationSince(g.getSinceMillis(), g.getGeneration()))
            .toList(),
        message.getScaleTargetsList().stream()
            .map(
                t ->
                    new Lineage.ScaleTargetSince(
                        t.getSinceMillis(),
                        new ObjectReference(
                            t.getKind(), message.getIdentity().getNamespace(), t.getName())))
            .toList());
  }
}
