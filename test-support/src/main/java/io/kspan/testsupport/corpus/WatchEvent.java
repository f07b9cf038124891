package io.kspan.testsupport.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kspan.testsupport.generate.InputMessage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A recorded watch event, which is no bookmark. */
public record WatchEvent(Instant receivedAt, String type, ObjectNode object) {
  private static final String DELETED = "DELETED";

  public WatchEvent at(Instant time, String newType) {
    return new WatchEvent(time, newType, object);
  }

  public WatchEvent of(ObjectNode newObject) {
    return new WatchEvent(receivedAt, type, newObject);
  }

  /** Whether the object is an Event. */
  public boolean isEvent() {
    return object.path("kind").asText().equals("Event");
  }

  public boolean isDeletion() {
    return type.equals(DELETED);
  }

  /** The records that the connector writes: an envelope, and a tombstone for a deleted object. */
  public List<InputMessage> messages(String cluster) {
    List<InputMessage> messages = new ArrayList<>();
    long millis = receivedAt.toEpochMilli();
    JsonNode about = isEvent() ? object.path("involvedObject") : object;
    JsonNode names = isEvent() ? about : object.path("metadata");
    String key =
        InputMessage.key(
            cluster,
            names.path("namespace").asText(),
            about.path("apiVersion").asText(),
            about.path("kind").asText(),
            names.path("name").asText());
    messages.add(new InputMessage(isEvent(), key, millis, envelope(cluster)));
    if (isDeletion() && !isEvent()) {
      messages.add(new InputMessage(false, key, millis, null));
    }
    return messages;
  }

  byte[] envelope(String cluster) {
    ObjectNode envelope =
        JsonNodeFactory.instance
            .objectNode()
            .put("type", type)
            .put("cluster", cluster)
            .put("observedAt", receivedAt.toString());
    envelope.set("object", object);
    return envelope.toString().getBytes(StandardCharsets.UTF_8);
  }
}
