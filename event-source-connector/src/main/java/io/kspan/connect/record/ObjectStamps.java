package io.kspan.connect.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** When the cluster last stamped an object, to tell how far a reader lags behind. */
public final class ObjectStamps {
  private ObjectStamps() {}

  /** The newest stamp of creation, of an Event, or of managedFields; empty if none can be read. */
  public static Optional<Instant> newest(ObjectNode object) {
    JsonNode metadata = object.path("metadata");
    String newest = later("", metadata.path("creationTimestamp"));
    if (Keys.isEvent(object)) {
      newest = later(newest, object.path("lastTimestamp"));
      newest = later(newest, object.path("deprecatedLastTimestamp"));
      newest = later(newest, object.path("eventTime"));
      newest = later(newest, object.path("series").path("lastObservedTime"));
    }
    for (JsonNode entry : metadata.path(MetadataProjection.MANAGED_FIELDS)) {
      newest = later(newest, entry.path("time"));
    }
    try {
      return newest.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(newest));
    } catch (DateTimeParseException e) {
      // Only a metric depends on it.
      return Optional.empty();
    }
  }

  /** The API server writes all of them in UTC, so the order of the texts is that of the times. */
  private static String later(String one, JsonNode other) {
    String text = other.asText("");
    return other.isTextual() && text.compareTo(one) > 0 ? text : one;
  }
}
