package io.kspan.connect.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The versions of Events that were handed over last, so that a list that had to begin again does
 * not repeat them. Bounded: the Event seen longest ago is forgotten, and repeated then. Lives as
 * long as the task: after a crash everything since the stored offset comes again. One thread only.
 */
final class SeenEvents {
  private final Map<String, String> versions;

  SeenEvents(int capacity) {
    versions =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > capacity;
          }
        };
  }

  boolean contains(ObjectNode event) {
    JsonNode metadata = event.path("metadata");
    String version = versions.get(metadata.path("uid").asText(""));
    return version != null && version.equals(metadata.path("resourceVersion").asText());
  }

  /** To be called once the Event is in the hand-over buffer, not before. */
  void add(ObjectNode event) {
    JsonNode metadata = event.path("metadata");
    String uid = metadata.path("uid").asText("");
    if (!uid.isEmpty()) {
      versions.remove(uid);
      versions.put(uid, metadata.path("resourceVersion").asText(""));
    }
  }

  void clear() {
    versions.clear();
  }
}
