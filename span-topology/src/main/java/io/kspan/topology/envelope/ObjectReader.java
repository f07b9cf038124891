package io.kspan.topology.envelope;

import com.fasterxml.jackson.databind.JsonNode;
import io.kspan.topology.assemble.DeliveryContext;
import io.kspan.topology.assemble.DeliveryRules;
import io.kspan.topology.model.ObjectReference;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.OwnerReference;
import io.kspan.topology.model.SpecChange;
import io.kspan.topology.status.ObjectStatus;
import io.kspan.topology.status.StatusExpression;
import io.kspan.topology.status.StatusRules;
import io.kspan.topology.status.StatusRules.Judgement;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Reads one version of an object of any kind, and judges its status, once; only the result is
 * carried and stored. Thread-safe.
 */
final class ObjectReader {
  /** What tells who delivered an object. */
  static final CarriedMetadata DELIVERY =
      new CarriedMetadata(DeliveryContext.LABELS, DeliveryContext.ANNOTATIONS)
          .and(new CarriedMetadata(DeliveryRules.LABELS, List.of()));

  private final TraceContextReader traceContexts;
  private final CarriedMetadata carried;
  private final StatusRules statusRules;
  private final BiConsumer<StatusExpression, String> unanswered;
  private final StatusFactsReader statusFacts;

  ObjectReader(
      TraceContextReader traceContexts,
      CarriedMetadata carried,
      StatusRules statusRules,
      BiConsumer<StatusExpression, String> unanswered,
      StatusFactsReader statusFacts) {
    this.traceContexts = traceContexts;
    this.carried = carried;
    this.statusRules = statusRules;
    this.unanswered = unanswered;
    this.statusFacts = statusFacts;
  }

  /** The version as the stages carry it; its sequence is 0. */
  ObjectSnapshot read(JsonNode object, String cluster, boolean deleted, long receiptMillis) {
    JsonNode metadata = object.path("metadata");
    JsonNode spec = object.path("spec");
    ObjectReference reference =
        new ObjectReference(
            Json.identity(object, "kind"),
            Json.identity(metadata, "namespace"),
            Json.identity(metadata, "name"));
    String uid = Json.uid(metadata, "uid");
    Long creation = Json.wholeSecond(metadata, "creationTimestamp");
    ObjectStatus status = new ObjectStatus(object);
    Judgement judgement = statusRules.judge(status, unanswered);
    return new ObjectSnapshot(
        uid.isEmpty() ? reference.toString() : uid,
        reference,
        Json.text(object, "apiVersion"),
        receiptMillis,
        0,
        creation == null ? 0 : creation,
        deleted,
        !Json.raw(metadata, "deletionTimestamp").isEmpty(),
        owners(metadata.path("ownerReferences")),
        Json.number(metadata, "generation", 0),
        Json.text(metadata, "resourceVersion"),
        specChange(metadata.path("managedFields")),
        judgement.state(),
        judgement.failing(),
        StatusHash.of(object.path("status"), reference.kind(), status),
        Configuration.of(object, cluster),
        traceContexts.read(metadata),
        reference.kind().equals("Pod") ? Json.text(spec, "nodeName") : "",
        SpecHash.in(object),
        spec.hasNonNull("replicas") ? Json.number(spec, "replicas", 1) : null,
        spec.path("paused").asBoolean(false),
        Json.number(object.path("status"), "replicas", 0),
        status.phase().equals("Succeeded") || status.phase().equals("Failed"),
        scaleTarget(reference, spec.path("scaleTargetRef")),
        // Of what has no owner, too: a pod that is a root can be part of a release.
        labels(
            metadata, Configuration.isTold(object) || metadata.path("ownerReferences").isEmpty()),
        null,
        statusFacts.read(object, status.isPod()));
  }

  /** Reads the listed keys only: the values of others may be secret. */
  private SortedMap<String, String> labels(JsonNode metadata, boolean delivered) {
    SortedMap<String, String> labels = new TreeMap<>();
    put(labels, carried, metadata);
    if (delivered) {
      put(labels, DELIVERY, metadata);
    }
    return labels;
  }

  private static void put(
      SortedMap<String, String> labels, CarriedMetadata keys, JsonNode metadata) {
    for (String key : keys.labels()) {
      put(labels, ObjectSnapshot.LABEL + key, metadata.path("labels"), key);
    }
    for (String key : keys.annotations()) {
      put(labels, ObjectSnapshot.ANNOTATION + key, metadata.path("annotations"), key);
    }
  }

  /** An empty value says something, too: many labels only mark an object. */
  private static void put(SortedMap<String, String> labels, String name, JsonNode all, String key) {
    if (all.has(key)) {
      labels.put(name, Json.text(all, key));
    }
  }

  private static ObjectReference scaleTarget(ObjectReference scaler, JsonNode target) {
    return scaler.kind().equals("HorizontalPodAutoscaler") && !target.isEmpty()
        ? new ObjectReference(
            Json.identity(target, "kind"), scaler.namespace(), Json.identity(target, "name"))
        : null;
  }

  /** The controller first, then in their order. */
  private static List<OwnerReference> owners(JsonNode references) {
    List<OwnerReference> owners = new ArrayList<>(1);
    boolean hasController = false;
    for (JsonNode reference : references) {
      OwnerReference owner =
          new OwnerReference(
              Json.text(reference, "apiVersion"),
              Json.identity(reference, "kind"),
              Json.identity(reference, "name"),
              Json.uid(reference, "uid"));
      if (!owner.uid().isEmpty() || !owner.kind().isEmpty() && !owner.name().isEmpty()) {
        boolean controller = !hasController && reference.path("controller").asBoolean(false);
        owners.add(controller ? 0 : owners.size(), owner);
        hasController |= controller;
      }
    }
    return owners;
  }

  /** Of the entries that own the spec the newest, of equally new ones the last. */
  private static SpecChange specChange(JsonNode managedFields) {
    SpecChange newest = null;
    for (JsonNode entry : managedFields) {
      Long time = entry.path("fieldsV1").has("f:spec") ? Json.wholeSecond(entry, "time") : null;
      if (time != null && (newest == null || time >= newest.timeNanos())) {
        newest = new SpecChange(Json.text(entry, "manager"), Json.text(entry, "operation"), time);
      }
    }
    return newest;
  }
}
