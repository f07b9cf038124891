package io.kspan.topology.envelope;

import com.fasterxml.jackson.databind.JsonNode;
import io.kspan.topology.model.ObjectReference;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.OwnerReference;
import io.kspan.topology.model.SpecChange;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/**
 * Reads snapshots of any kind.
 *
 * <p>Thread-safe.
 */
final class ObjectReader {
  private static final int MAX_STATE = 16 * 1024;

  private final List<String> traceparentAnnotations;

  ObjectReader(List<String> traceparentAnnotations) {
    this.traceparentAnnotations = List.copyOf(traceparentAnnotations);
  }

  ObjectSnapshot read(JsonNode object, boolean deleted, long receiptMillis) {
    JsonNode metadata = object.path("metadata");
    ObjectReference reference =
        new ObjectReference(
            Json.identity(object, "kind"),
            Json.identity(metadata, "namespace"),
            Json.identity(metadata, "name"));
    String uid = Json.uid(metadata, "uid");
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
        Json.number(metadata, "generation", 0),
        Json.text(metadata, "resourceVersion"),
        specChange(metadata.path("managedFields")),
        status.settlement(),
        status.failed(),
        status.failing(),
        state(status, deleted),
        FactReader.facts(object),
        Json.firstText(metadata.path("annotations"), traceparentAnnotations.toArray(String[]::new)),
        reference.kind().equals("Pod") ? Json.text(object.path("spec"), "nodeName") : "");
  }

  /** Only compared, so that a hash serves where the facts are many. */
  private static String state(StatusReader status, boolean deleted) {
    String state = status.state();
    String compared =
        state.length() <= MAX_STATE
            ? state
            : UUID.nameUUIDFromBytes(state.getBytes(StandardCharsets.UTF_8)).toString();
    return compared + (deleted ? ";deleted" : "");
  }

  /** The controller, else the first; of those that name anything. */
  private static OwnerReference owner(JsonNode references) {
    OwnerReference first = null;
    for (JsonNode reference : references) {
      OwnerReference owner =
          new OwnerReference(
              Json.text(reference, "apiVersion"),
              Json.identity(reference, "kind"),
              Json.identity(reference, "name"),
              Json.uid(reference, "uid"));
      if (!owner.uid().isEmpty() || !owner.kind().isEmpty() && !owner.name().isEmpty()) {
        if (reference.path("controller").asBoolean(false)) {
          return owner;
        }
        first = first == null ? owner : first;
      }
    }
    return first;
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
