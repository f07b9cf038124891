package io.kspan.topology.envelope;

import com.fasterxml.jackson.databind.JsonNode;
import io.kspan.topology.model.ObjectReference;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.OwnerReference;
import io.kspan.topology.model.SpecChange;
import java.util.List;

/**
 * Reads snapshots of any kind.
 *
 * <p>Thread-safe.
 */
final class ObjectReader {
  private final List<String> traceparentAnnotations;

  ObjectReader(List<String> traceparentAnnotations) {
    this.traceparentAnnotations = List.copyOf(traceparentAnnotations);
  }

  ObjectSnapshot read(JsonNode object, boolean deleted, long receiptMillis) {
    JsonNode metadata = object.path("metadata");
    ObjectReference reference =
        new ObjectReference(
            Json.text(object, "kind"),
            Json.text(metadata, "namespace"),
            Json.text(metadata, "name"));
    String uid = Json.text(metadata, "uid");
    Long creation = Json.wholeSecond(metadata, "creationTimestamp");
    boolean terminating = !Json.text(metadata, "deletionTimestamp").isEmpty();
    StatusReader status = StatusReader.of(reference.kind(), object);
    return new ObjectSnapshot(
        uid.isEmpty() ? reference.toString() : uid,
        reference,
        Json.text(object, "apiVersion"),
        receiptMillis,
        0,
        creation == null ? 0 : creation,
        deleted,
        terminating,
        owner(metadata.path("ownerReferences")),
        metadata.path("generation").asLong(0),
        Json.text(metadata, "resourceVersion"),
        specChange(metadata.path("managedFields")),
        status.settlement(),
        status.failed(),
        status.failing(),
        status.state() + (deleted ? ";deleted" : ""),
        FactReader.facts(object),
        Json.firstText(metadata.path("annotations"), traceparentAnnotations.toArray(String[]::new)),
        reference.kind().equals("Pod") ? Json.text(object.path("spec"), "nodeName") : "");
  }

  /** The controller, else the first. */
  private static OwnerReference owner(JsonNode references) {
    JsonNode chosen = null;
    for (JsonNode reference : references) {
      if (reference.path("controller").asBoolean(false)) {
        chosen = reference;
        break;
      }
      chosen = chosen == null ? reference : chosen;
    }
    return chosen == null
        ? null
        : new OwnerReference(
            Json.text(chosen, "apiVersion"),
            Json.text(chosen, "kind"),
            Json.text(chosen, "name"),
            Json.text(chosen, "uid"));
  }

  /** The newest entry that owns the spec; of equally new ones the last. */
  private static SpecChange specChange(JsonNode managedFields) {
    SpecChange newest = null;
    for (JsonNode entry : managedFields) {
      Long time = Json.wholeSecond(entry, "time");
      boolean ownsSpec = entry.path("fieldsV1").has("f:spec");
      if (ownsSpec && time != null && (newest == null || time >= newest.timeNanos())) {
        newest = new SpecChange(Json.text(entry, "manager"), Json.text(entry, "operation"), time);
      }
    }
    return newest;
  }
}
