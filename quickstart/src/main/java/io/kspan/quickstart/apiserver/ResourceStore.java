package io.kspan.quickstart.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The objects of one resource as they are now, and how they came to be: what etcd is to a real
 * server.
 *
 * <p>Thread-safe. Objects handed in or out are never changed.
 */
final class ResourceStore {

  private final ResourceType type;
  // All guarded by this. Keys are namespace/name, which sort as etcd's do.
  private final NavigableMap<String, ObjectNode> current = new TreeMap<>();
  private final List<Change> history = new ArrayList<>();
  private long version = 1;
  private boolean closed;

  ResourceStore(ResourceType type) {
    this.type = type;
  }

  /** One watch event. */
  record Change(long version, String type, ObjectNode object) {}

  /**
   * A page of a list.
   *
   * @param next the key after which to go on, empty on the last page
   */
  record Page(List<ObjectNode> items, long version, String next, int remaining) {}

  ResourceType type() {
    return type;
  }

  /** Puts an object in without a trace in the history: it was there before the server started. */
  synchronized void seed(ObjectNode object) {
    current.put(key(object), object);
    version = Math.max(version, versionOf(object));
  }

  /** Lets something happen. */
  synchronized void apply(String changeType, ObjectNode object) {
    if (changeType.equals("DELETED")) {
      current.remove(key(object));
    } else {
      current.put(key(object), object);
    }
    // A recorder that merges several streams may repeat or swap; the order of the file counts.
    version = Math.max(version + 1, versionOf(object));
    history.add(new Change(version, changeType, object));
    notifyAll();
  }

  /**
   * The objects of {@code namespace} (all when empty) after {@code from}, at most {@code limit}.
   */
  synchronized Page list(String namespace, String from, int limit) {
    List<ObjectNode> items = new ArrayList<>();
    String last = "";
    int remaining = 0;
    for (var entry : current.tailMap(from, false).entrySet()) {
      if (!inNamespace(entry.getValue(), namespace)) {
        continue;
      }
      if (items.size() < limit) {
        items.add(entry.getValue());
        last = entry.getKey();
      } else {
        remaining++;
      }
    }
    return new Page(items, version, remaining == 0 ? "" : last, remaining);
  }

  /** One object, or null. */
  synchronized ObjectNode get(String namespace, String name) {
    return current.get(namespace + "/" + name);
  }

  /** The version a list would have now. */
  synchronized long version() {
    return version;
  }

  /**
   * The changes after position {@code from} of the history; waits up to {@code millis} for the
   * first.
   */
  synchronized List<Change> changes(int from, long millis) throws InterruptedException {
    long deadline = System.nanoTime() + millis * 1_000_000;
    while (history.size() <= from && !closed) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return List.of();
      }
      wait(left);
    }
    return List.copyOf(history.subList(Math.min(from, history.size()), history.size()));
  }

  /** Where in the history the changes after {@code sinceVersion} begin. */
  synchronized int position(long sinceVersion) {
    int position = 0;
    while (position < history.size() && history.get(position).version() <= sinceVersion) {
      position++;
    }
    return position;
  }

  /** Where the history ends now. */
  synchronized int end() {
    return history.size();
  }

  /** Ends all waiting. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }

  synchronized boolean isClosed() {
    return closed;
  }

  static boolean inNamespace(ObjectNode object, String namespace) {
    return namespace.isEmpty()
        || namespace.equals(object.path("metadata").path("namespace").asText());
  }

  private static String key(ObjectNode object) {
    return object.path("metadata").path("namespace").asText()
        + "/"
        + object.path("metadata").path("name").asText();
  }

  private static long versionOf(ObjectNode object) {
    String text = object.path("metadata").path("resourceVersion").asText();
    return text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
  }
}
