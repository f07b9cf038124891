package io.kspan.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * The objects of one resource, and every change of them: what etcd is to a real server.
 * Thread-safe. Objects handed in are not changed afterwards.
 */
public final class ResourceCollection {
  private static final long DEFAULT_TIMEOUT_SECONDS = 1_800;
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final Pattern TOKEN = Pattern.compile("\\d{1,18}:[^/]*/.*");

  private final String apiVersion;
  private final String kind;
  private final AtomicLong lastVersion;
  private final Duration bookmarkInterval;
  // All guarded by this. Keys are namespace/name, which sort as those of etcd do.
  private final NavigableMap<String, ObjectNode> objects = new TreeMap<>();
  private final List<Change> changes = new ArrayList<>();
  private long version;
  private long compactedAt;
  private Expiry expiry = Expiry.ERROR_EVENT;
  private boolean closed;
  private boolean watched;
  private long endedWatches;

  /** The answer to a watch from an expired resourceVersion. */
  public enum Expiry {
    /** Status 200 and an ERROR event with code 410: what Kubernetes 1.34 gives. */
    ERROR_EVENT,
    /** Status 410. */
    STATUS,
    /**
     * Status 200 and an empty stream that is closed at once: what older servers give for Events.
     */
    EMPTY_CLOSE
  }

  /** One watch event. */
  private record Change(long version, String type, ObjectNode object) {}

  ResourceCollection(
      String apiVersion, String kind, AtomicLong lastVersion, Duration bookmarkInterval) {
    this.apiVersion = apiVersion;
    this.kind = kind;
    this.lastVersion = lastVersion;
    this.bookmarkInterval = bookmarkInterval;
    this.version = lastVersion.get();
  }

  /** Adds an object that is older than the server, with its resourceVersion. */
  public synchronized void seed(ObjectNode object) {
    long own = object.path("metadata").path("resourceVersion").asLong();
    version = Math.max(version, own);
    changes.add(new Change(own, "ADDED", object));
    objects.put(key(object), object);
  }

  /**
   * Makes a watch event happen. An object without resourceVersion gets the next one; another keeps
   * its own, also when a recorder that merges several streams has repeated or swapped it.
   *
   * @param type ADDED, MODIFIED, DELETED or BOOKMARK
   * @return the resourceVersion of the object
   */
  public synchronized String apply(String type, ObjectNode object) {
    ObjectNode typed =
        JsonNodeFactory.instance.objectNode().put("kind", kind).put("apiVersion", apiVersion);
    typed.setAll(object);
    ObjectNode metadata = typed.withObject("/metadata");
    if (metadata.has("resourceVersion")) {
      version = Math.max(version + 1, metadata.path("resourceVersion").asLong());
    } else {
      version = nextVersion();
      metadata = metadata.deepCopy().put("resourceVersion", Long.toString(version));
      typed.set("metadata", metadata);
    }
    if (type.equals("DELETED")) {
      objects.remove(key(typed));
    } else if (!type.equals("BOOKMARK")) {
      objects.put(key(typed), typed);
    }
    changes.add(new Change(version, type, typed));
    notifyAll();
    return metadata.path("resourceVersion").asText();
  }

  private long nextVersion() {
    return lastVersion.updateAndGet(last -> Math.max(last, version) + 1);
  }

  /** Sends a bookmark to all watches: they have seen everything up to now. */
  public String bookmark() {
    return apply("BOOKMARK", JsonNodeFactory.instance.objectNode());
  }

  /** Makes all resourceVersions up to now expire; returns the first one that is still good. */
  public synchronized long compact() {
    version = nextVersion();
    compactedAt = version;
    return compactedAt;
  }

  /** Makes the resourceVersions before the given one expire. */
  public synchronized void compactBefore(String firstGood) {
    compactedAt = Long.parseLong(firstGood);
  }

  public synchronized void expireWith(Expiry newExpiry) {
    expiry = newExpiry;
  }

  /** Ends all open watches cleanly, after what has happened until now. */
  public synchronized void endWatches() {
    endedWatches++;
    notifyAll();
  }

  synchronized void close() {
    closed = true;
    notifyAll();
  }

  /** Whether a client has watched it so far. */
  public synchronized boolean isWatched() {
    return watched;
  }

  /** The object, or null. */
  public synchronized ObjectNode get(String namespace, String name) {
    return objects.get(namespace + '/' + name);
  }

  /** A page of the objects of a namespace, or of all when it is empty. */
  synchronized Response list(String namespace, Request request) {
    String token = decode(request.query().getOrDefault("continue", ""));
    if (!token.isEmpty() && !TOKEN.matcher(token).matches()) {
      return Response.status(400, "invalid continue token: continue key is not valid");
    }
    boolean exact = "Exact".equals(request.query().get("resourceVersionMatch"));
    long asOf = version;
    if (!token.isEmpty()) {
      asOf = Long.parseLong(token.substring(0, token.indexOf(':')));
    } else if (exact) {
      asOf = request.number("resourceVersion", version);
    }
    if (!token.isEmpty() && asOf < compactedAt) {
      return Response.status(410, "The provided continue parameter is too old");
    }
    if (exact && asOf < compactedAt) {
      return Response.status(410, "The resourceVersion for the provided list is too old.");
    }
    String after = token.substring(token.indexOf(':') + 1);
    return Response.body(page(namespace, request, asOf, after).toString());
  }

  private ObjectNode page(String namespace, Request request, long asOf, String after) {
    long limit = request.number("limit", 0);
    ObjectNode page =
        JsonNodeFactory.instance
            .objectNode()
            .put("kind", kind + "List")
            .put("apiVersion", apiVersion);
    ObjectNode metadata = page.putObject("metadata").put("resourceVersion", Long.toString(asOf));
    ArrayNode items = page.putArray("items");
    String last = after;
    int remaining = 0;
    for (Map.Entry<String, ObjectNode> one : asOf(asOf).tailMap(after, false).entrySet()) {
      if (!isIn(namespace, one.getValue())
          || !matches(one.getValue(), request.query().get("labelSelector"))) {
        continue;
      }
      if (limit > 0 && items.size() == limit) {
        remaining++;
      } else {
        items.add(item(one.getValue()));
        last = one.getKey();
      }
    }
    if (remaining > 0) {
      metadata.put("continue", encode(asOf + ":" + last));
      // Of a selection the server does not know.
      if (!request.query().containsKey("labelSelector")) {
        metadata.put("remainingItemCount", remaining);
      }
    }
    return page;
  }

  /** Items of built-in resources come without kind and apiVersion; those of custom ones do not. */
  private ObjectNode item(ObjectNode object) {
    boolean custom = apiVersion.contains("/") && apiVersion.contains(".");
    return custom && !apiVersion.contains(".k8s.io/")
        ? object
        : object.deepCopy().without(List.of("kind", "apiVersion"));
  }

  private NavigableMap<String, ObjectNode> asOf(long then) {
    if (then >= version) {
      return objects;
    }
    NavigableMap<String, ObjectNode> former = new TreeMap<>();
    for (Change change : changes) {
      if (change.version() <= then && change.type().equals("DELETED")) {
        former.remove(key(change.object()));
      } else if (change.version() <= then && !change.type().equals("BOOKMARK")) {
        former.put(key(change.object()), change.object());
      }
    }
    return former;
  }

  /** A stream of changes, until its time is over, the client has gone, or the server stops. */
  Response watch(String namespace, Request request) {
    String since = request.query().getOrDefault("resourceVersion", "0");
    if (!since.matches("\\d{0,18}")) {
      // Not 400, whatever it should be.
      return Response.status(
          500,
          "resourceVersion: Invalid value: \"%s\": strconv.ParseUint: parsing \"%s\": invalid syntax"
              .formatted(since, since));
    }
    long from = request.number("resourceVersion", 0);
    synchronized (this) {
      watched = true;
      if (from > 0 && from < compactedAt) {
        return expired(from);
      }
    }
    return exchange -> {
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, 0);
      try (OutputStream out = exchange.getResponseBody()) {
        out.flush();
        stream(from, namespace, request, out);
      }
    };
  }

  private Response expired(long from) {
    // Events have no watch cache, so it is the storage that answers.
    String message =
        kind.equals("Event")
            ? "The resourceVersion for the provided watch is too old."
            : "too old resource version: %d (%d)".formatted(from, compactedAt);
    return switch (expiry) {
      case ERROR_EVENT -> Response.body(line("ERROR", Response.failure(410, message)));
      case STATUS -> Response.status(410, message);
      case EMPTY_CLOSE -> Response.body("");
    };
  }

  private void stream(long from, String namespace, Request request, OutputStream out)
      throws IOException {
    long deadline =
        System.nanoTime()
            + TimeUnit.SECONDS.toNanos(request.number("timeoutSeconds", DEFAULT_TIMEOUT_SECONDS));
    boolean bookmarks =
        request.flag("allowWatchBookmarks")
            && !bookmarkInterval.isZero()
            // A real server has no watch cache for Events, and so no bookmarks either.
            && !kind.equals("Event");
    long begun = endedWatches();
    int position = begin(from, namespace, out);
    out.flush();
    while (true) {
      long left = deadline - System.nanoTime();
      long wait = bookmarks ? Math.min(left, bookmarkInterval.toNanos()) : left;
      List<Change> due = awaitChanges(position, begun, wait);
      for (Change change : due) {
        if (change.type().equals("BOOKMARK") || isIn(namespace, change.object())) {
          out.write(bytes(change.type(), change.object()));
        }
      }
      position += due.size();
      if (due.isEmpty() && bookmarks && !isOver(begun)) {
        out.write(bytes("BOOKMARK", currentBookmark()));
      }
      if (due.isEmpty() && (isOver(begun) || deadline - System.nanoTime() < NANOS_PER_MILLI)) {
        return;
      }
      out.flush();
    }
  }

  /** A watch without version begins with what there is. Returns the position of what follows. */
  private synchronized int begin(long from, String namespace, OutputStream out) throws IOException {
    if (from == 0) {
      for (ObjectNode object : objects.values()) {
        if (isIn(namespace, object)) {
          out.write(bytes("ADDED", object));
        }
      }
      return changes.size();
    }
    int position = changes.size();
    while (position > 0 && changes.get(position - 1).version() > from) {
      position--;
    }
    return position;
  }

  private synchronized List<Change> awaitChanges(int position, long begun, long nanos)
      throws IOException {
    long deadline = System.nanoTime() + nanos;
    try {
      while (changes.size() == position && !isOver(begun)) {
        long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (millis <= 0) {
          return List.of();
        }
        wait(millis);
      }
    } catch (InterruptedException e) {
      throw new InterruptedIOException("the server is closed");
    }
    return List.copyOf(changes.subList(position, changes.size()));
  }

  private synchronized boolean isOver(long begun) {
    return closed || endedWatches != begun;
  }

  private synchronized long endedWatches() {
    return endedWatches;
  }

  private synchronized ObjectNode currentBookmark() {
    ObjectNode object =
        JsonNodeFactory.instance.objectNode().put("kind", kind).put("apiVersion", apiVersion);
    object
        .putObject("metadata")
        .put("resourceVersion", Long.toString(version))
        .putNull("creationTimestamp");
    return object;
  }

  private static String line(String type, ObjectNode object) {
    ObjectNode line = JsonNodeFactory.instance.objectNode().put("type", type);
    line.set("object", object);
    return line + "\n";
  }

  private static byte[] bytes(String type, ObjectNode object) {
    return line(type, object).getBytes(StandardCharsets.UTF_8);
  }

  private static boolean isIn(String namespace, ObjectNode object) {
    return namespace.isEmpty()
        || namespace.equals(object.path("metadata").path("namespace").asText());
  }

  /** Knows {@code key=value} only. */
  private static boolean matches(ObjectNode object, String selector) {
    if (selector == null) {
      return true;
    }
    String[] pair = selector.split("=");
    return pair[1].equals(object.path("metadata").path("labels").path(pair[0]).asText());
  }

  private static String key(ObjectNode object) {
    JsonNode metadata = object.path("metadata");
    return metadata.path("namespace").asText() + '/' + metadata.path("name").asText();
  }

  private static String encode(String token) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(token.getBytes(StandardCharsets.UTF_8));
  }

  private static String decode(String token) {
    try {
      return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      // No token of this server.
      return "?";
    }
  }
}
