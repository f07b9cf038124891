package io.kspan.connect.stub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/** One collection of the stub: its objects, and what happened to them. */
public final class StubCollection {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String apiVersion;
  private final String kind;
  private final AtomicLong lastVersion;
  private final TreeMap<String, ObjectNode> objects = new TreeMap<>();
  private final List<Change> changes = new ArrayList<>();
  private long compactedAt;
  private Expiry expiry = Expiry.ERROR_EVENT;
  private boolean closed;
  private long epoch;

  /** What a watch from an expired resourceVersion gets. */
  public enum Expiry {
    /** Status 200 and an ERROR event with code 410: what most resources give. */
    ERROR_EVENT,
    /** Status 410. */
    STATUS,
    /** Status 200 and an empty stream that is closed at once: what Events give. */
    EMPTY_CLOSE
  }

  StubCollection(String apiVersion, String kind, AtomicLong lastVersion) {
    this.apiVersion = apiVersion;
    this.kind = kind;
    this.lastVersion = lastVersion;
  }

  /**
   * @param id of what came to be, see {@link #had}; null for bookmarks
   * @param object as it was then; null when it was deleted, and for bookmarks
   */
  private record Change(long version, String line, String id, String key, ObjectNode object) {}

  /** {@code uid@resourceVersion} of everything there ever was; deletions begin with a minus. */
  public synchronized Set<String> had() {
    return changes.stream()
        .map(Change::id)
        .filter(Objects::nonNull)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Of {@link #had} what was not compacted away: it is there now, or happened since. */
  public synchronized Set<String> retained() {
    return changes.stream()
        .filter(change -> change.id() != null)
        .filter(change -> change.version() > compactedAt || isCurrent(change))
        .map(Change::id)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private boolean isCurrent(Change change) {
    ObjectNode current = objects.get(change.key());
    return current != null && change.id().equals(idOf(current));
  }

  /** As in {@link #had}, for an object that was not deleted. */
  public static String idOf(JsonNode object) {
    JsonNode metadata = object.path("metadata");
    return metadata.path("uid").asText() + '@' + metadata.path("resourceVersion").asText();
  }

  /** The object as JSON; null when there is none. */
  synchronized String get(String namespace, String name) {
    ObjectNode object = objects.get(namespace + '/' + name);
    return object == null ? null : StubApiServer.typed(object, apiVersion, kind).toString();
  }

  /** Adds or changes an object; gives its resourceVersion. */
  public synchronized String put(String namespace, String name, String fields) {
    String version = Long.toString(lastVersion.incrementAndGet());
    ObjectNode object = JSON.createObjectNode();
    ObjectNode metadata = object.putObject("metadata").put("name", name);
    if (!namespace.isEmpty()) {
      metadata.put("namespace", namespace);
    }
    metadata.put("uid", "uid-" + name).put("resourceVersion", version);
    ObjectNode more = read("{" + fields.replace('\'', '"') + "}");
    if (more.remove("metadata") instanceof ObjectNode moreMetadata) {
      metadata.setAll(moreMetadata);
    }
    object.setAll(more);
    String type = objects.put(namespace + '/' + name, object) == null ? "ADDED" : "MODIFIED";
    changed(type, object);
    return version;
  }

  public synchronized String delete(String namespace, String name) {
    ObjectNode object = objects.remove(namespace + '/' + name);
    String version = Long.toString(lastVersion.incrementAndGet());
    ((ObjectNode) object.get("metadata")).put("resourceVersion", version);
    changed("DELETED", object);
    return version;
  }

  /** Does what a recorded watch event says, under a new resourceVersion, which it gives. */
  public synchronized String replay(String type, ObjectNode recorded) {
    String version = Long.toString(lastVersion.incrementAndGet());
    ObjectNode object = recorded.deepCopy();
    object.remove(List.of("kind", "apiVersion"));
    ObjectNode metadata = (ObjectNode) object.get("metadata");
    metadata.put("resourceVersion", version);
    String key = metadata.path("namespace").asText() + '/' + metadata.path("name").asText();
    if (type.equals("DELETED")) {
      objects.remove(key);
    } else {
      objects.put(key, object);
    }
    changed(type, object);
    return version;
  }

  /** Tells the open watches how far everything is. */
  public synchronized String bookmark() {
    String version = Long.toString(lastVersion.incrementAndGet());
    ObjectNode object = JSON.createObjectNode();
    object.putObject("metadata").put("resourceVersion", version);
    changed("BOOKMARK", object);
    return version;
  }

  /** Forgets everything up to now: earlier resourceVersions than the given one expire. */
  public synchronized long compact() {
    compactedAt = lastVersion.incrementAndGet();
    return compactedAt;
  }

  /** Forgets what was before that resourceVersion, which is itself still good. */
  public synchronized void compactBefore(String version) {
    compactedAt = Long.parseLong(version);
  }

  public synchronized void expireWith(Expiry newExpiry) {
    expiry = newExpiry;
  }

  /** Ends all open watches cleanly. */
  public synchronized void endWatches() {
    epoch++;
    notifyAll();
  }

  synchronized void close() {
    closed = true;
    notifyAll();
  }

  private void changed(String type, ObjectNode object) {
    ObjectNode event = JSON.createObjectNode().put("type", type);
    event.set("object", StubApiServer.typed(object, apiVersion, kind));
    JsonNode metadata = object.path("metadata");
    boolean bookmark = type.equals("BOOKMARK");
    String key = metadata.path("namespace").asText() + '/' + metadata.path("name").asText();
    changes.add(
        new Change(
            lastVersion.get(),
            event + "\n",
            bookmark ? null : (type.equals("DELETED") ? "-" : "") + idOf(object),
            bookmark ? null : key,
            bookmark || type.equals("DELETED") ? null : object.deepCopy()));
    notifyAll();
  }

  void list(HttpExchange exchange, Map<String, String> query) throws IOException {
    if (listVersion(query) < compactedAt()) {
      StubApiServer.status(410, "The resourceVersion for the provided list is too old")
          .answer(exchange);
      return;
    }
    byte[] body = page(query).toString().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
  }

  /** The version that the list is of; the newest, which never expires, unless one is named. */
  private static long listVersion(Map<String, String> query) {
    if (query.containsKey("continue")) {
      String token = query.get("continue");
      return Long.parseLong(token.substring(0, token.indexOf(':')));
    }
    return "Exact".equals(query.get("resourceVersionMatch"))
        ? Long.parseLong(query.get("resourceVersion"))
        : Long.MAX_VALUE;
  }

  private synchronized ObjectNode page(Map<String, String> query) {
    int limit = Integer.parseInt(query.getOrDefault("limit", "1000000"));
    String newest = Long.toString(lastVersion.get());
    String token =
        query.getOrDefault("continue", query.getOrDefault("resourceVersion", newest) + ":");
    String version = token.substring(0, token.indexOf(':'));
    String after = token.substring(token.indexOf(':') + 1);
    ObjectNode page =
        JSON.createObjectNode().put("kind", kind + "List").put("apiVersion", apiVersion);
    ObjectNode metadata = page.putObject("metadata").put("resourceVersion", version);
    ArrayNode items = page.putArray("items");
    for (Map.Entry<String, ObjectNode> object :
        asOf(Long.parseLong(version)).tailMap(after, false).entrySet()) {
      if (!matches(object.getValue(), query.get("labelSelector"))) {
        continue;
      }
      if (items.size() == limit) {
        metadata.put("continue", version + ":" + after);
        break;
      }
      items.add(object.getValue().deepCopy());
      after = object.getKey();
    }
    return page;
  }

  private synchronized long compactedAt() {
    return compactedAt;
  }

  private TreeMap<String, ObjectNode> asOf(long version) {
    TreeMap<String, ObjectNode> then = new TreeMap<>();
    for (Change change : changes) {
      if (change.version() <= version && change.key() != null) {
        if (change.object() == null) {
          then.remove(change.key());
        } else {
          then.put(change.key(), change.object());
        }
      }
    }
    return then;
  }

  /** Knows {@code key=value} only. */
  private static boolean matches(ObjectNode object, String selector) {
    if (selector == null) {
      return true;
    }
    String[] pair = selector.split("=");
    return pair[1].equals(object.path("metadata").path("labels").path(pair[0]).asText());
  }

  void watch(HttpExchange exchange, Map<String, String> query) throws IOException {
    long from = Long.parseLong(query.get("resourceVersion"));
    if (from < compactedAt()) {
      expired().answer(exchange);
      return;
    }
    exchange.sendResponseHeaders(200, 0);
    OutputStream out = exchange.getResponseBody();
    out.flush();
    stream(from, TimeUnit.SECONDS.toNanos(Long.parseLong(query.get("timeoutSeconds"))), out);
    out.close();
  }

  private synchronized StubApiServer.Fault expired() {
    return switch (expiry) {
      case ERROR_EVENT ->
          StubApiServer.body(
              "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\","
                  + "\"message\":\"too old resource version\",\"reason\":\"Expired\",\"code\":410}}\n");
      case STATUS -> StubApiServer.status(410, "too old resource version");
      case EMPTY_CLOSE -> StubApiServer.body("");
    };
  }

  private void stream(long from, long timeoutNanos, OutputStream out) throws IOException {
    long position = from;
    long deadline = System.nanoTime() + timeoutNanos;
    long begun = epoch();
    List<Change> due = awaitAfter(position, begun, deadline);
    while (!due.isEmpty()) {
      for (Change change : due) {
        out.write(change.line().getBytes(StandardCharsets.UTF_8));
        position = change.version();
      }
      out.flush();
      due = awaitAfter(position, begun, deadline);
    }
  }

  private synchronized long epoch() {
    return epoch;
  }

  private synchronized List<Change> awaitAfter(long position, long begun, long deadline)
      throws IOException {
    while (true) {
      List<Change> due = changes.stream().filter(change -> change.version() > position).toList();
      long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (!due.isEmpty() || leftMillis <= 0 || closed || epoch != begun) {
        return due;
      }
      try {
        wait(leftMillis);
      } catch (InterruptedException e) {
        throw new InterruptedIOException("the stub is closed");
      }
    }
  }

  private static ObjectNode read(String json) {
    try {
      return (ObjectNode) JSON.readTree(json);
    } catch (IOException e) {
      throw new IllegalArgumentException(json, e);
    }
  }
}
