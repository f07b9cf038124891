package io.kspan.testsupport.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kspan.apiserver.ResourceCollection;
import io.kspan.apiserver.ResourceCollection.Expiry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** One collection of the stub, which keeps the id of every version. Thread-safe. */
public final class StubCollection {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ResourceCollection served;
  private final List<Version> versions = new ArrayList<>();
  private final Map<String, ObjectNode> objects = new HashMap<>();
  private long compactedAt;

  /** One change of an object; {@code key} is its namespace and name. */
  private record Version(long number, String id, String key) {}

  StubCollection(ResourceCollection served) {
    this.served = served;
  }

  /** {@code uid@resourceVersion} of everything there ever was; deletions begin with a minus. */
  public synchronized Set<String> had() {
    Set<String> had = new TreeSet<>();
    versions.forEach(version -> had.add(version.id()));
    return had;
  }

  /** Of {@link #had} what was not compacted away: it exists now, or happened since. */
  public synchronized Set<String> retained() {
    Set<String> retained = new TreeSet<>();
    for (Version version : versions) {
      ObjectNode current = objects.get(version.key());
      if (version.number() > compactedAt || current != null && version.id().equals(idOf(current))) {
        retained.add(version.id());
      }
    }
    return retained;
  }

  /** As in {@link #had}, for an object that was not deleted. */
  public static String idOf(JsonNode object) {
    JsonNode metadata = object.path("metadata");
    return metadata.path("uid").asText() + '@' + metadata.path("resourceVersion").asText();
  }

  /** Adds or changes an object; returns its resourceVersion. */
  public synchronized String put(String namespace, String name, String fields) {
    ObjectNode object = JSON.createObjectNode();
    ObjectNode metadata = object.putObject("metadata").put("name", name);
    if (!namespace.isEmpty()) {
      metadata.put("namespace", namespace);
    }
    metadata.put("uid", "uid-" + name);
    ObjectNode more = read("{" + fields.replace('\'', '"') + "}");
    if (more.remove("metadata") instanceof ObjectNode moreMetadata) {
      metadata.setAll(moreMetadata);
    }
    object.setAll(more);
    return apply(objects.containsKey(key(object)) ? "MODIFIED" : "ADDED", object);
  }

  public synchronized String delete(String namespace, String name) {
    return replay("DELETED", objects.get(namespace + '/' + name));
  }

  /** Does what a recorded watch event says, under a new resourceVersion, which it returns. */
  public synchronized String replay(String type, ObjectNode recorded) {
    ObjectNode object = recorded.deepCopy();
    ((ObjectNode) object.get("metadata")).remove("resourceVersion");
    return apply(type, object);
  }

  private String apply(String type, ObjectNode object) {
    String number = served.apply(type, object);
    ((ObjectNode) object.get("metadata")).put("resourceVersion", number);
    boolean deleted = type.equals("DELETED");
    versions.add(
        new Version(Long.parseLong(number), (deleted ? "-" : "") + idOf(object), key(object)));
    if (deleted) {
      objects.remove(key(object));
    } else {
      objects.put(key(object), object);
    }
    return number;
  }

  private static String key(ObjectNode object) {
    JsonNode metadata = object.path("metadata");
    return metadata.path("namespace").asText() + '/' + metadata.path("name").asText();
  }

  /** Tells the open watches how far everything is; returns the resourceVersion. */
  public String bookmark() {
    return served.bookmark();
  }

  /** Makes all resourceVersions up to now expire; returns the first one that is still good. */
  public synchronized long compact() {
    compactedAt = served.compact();
    return compactedAt;
  }

  /** Makes the resourceVersions before the given one expire. */
  public synchronized void compactBefore(String version) {
    compactedAt = Long.parseLong(version);
    served.compactBefore(version);
  }

  public void expireWith(Expiry expiry) {
    served.expireWith(expiry);
  }

  /** Ends all open watches cleanly. */
  public void endWatches() {
    served.endWatches();
  }

  private static ObjectNode read(String json) {
    try {
      return (ObjectNode) JSON.readTree(json);
    } catch (IOException e) {
      throw new IllegalArgumentException(json, e);
    }
  }
}
