package io.kspan.connect.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

/** Reads when the cluster last stamped an object; the metric of the lag depends on it. */
public final class ObjectStamps {
  private static final List<String> EVENT_STAMPS =
      List.of(
          "/lastTimestamp", "/deprecatedLastTimestamp", "/eventTime", "/series/lastObservedTime");

  private ObjectStamps() {}

  /** The newest stamp of creation, of an Event, or of managedFields; empty if none is readable. */
  public static Optional<Instant> newest(ObjectNode object) {
    JsonNode metadata = object.path("metadata");
    String newest = later("", metadata.path("creationTimestamp"));
    if (Keys.isEvent(object)) {
      for (String stamp : EVENT_STAMPS) {
        newest = later(newest, object.at(stamp));
      }
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

  /** The API server writes all stamps in UTC, so the order of the texts is that of the times. */
  private static String later(String one, JsonNode other) {
    return other.isTextual() && other.textValue().compareTo(one) > 0 ? other.textValue() : one;
  }
}
