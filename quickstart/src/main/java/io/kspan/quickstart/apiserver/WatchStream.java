package io.kspan.quickstart.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * One watch: a response that goes on until its time is over, the client has gone, or the server
 * stops.
 *
 * <p>For the thread of its request.
 */
final class WatchStream {

  /** A real server sends one a minute; more often, so that the demo shows them. */
  private static final long BOOKMARK_MILLIS = 5_000;

  private static final long DEFAULT_TIMEOUT_SECONDS = 1_800;

  private final HttpExchange exchange;
  private final ResourceStore store;
  private final String namespace;
  private final boolean bookmarks;
  private final long deadline;
  private final String since;

  WatchStream(HttpExchange exchange, ResourceStore store, String namespace, Query query) {
    this.exchange = exchange;
    this.store = store;
    this.namespace = namespace;
    // A real server has no watch cache for Events, and so no bookmarks either.
    this.bookmarks = query.is("allowWatchBookmarks") && !store.type().plural().equals("events");
    this.since = query.get("resourceVersion");
    this.deadline =
        System.nanoTime()
            + query.number("timeoutSeconds", DEFAULT_TIMEOUT_SECONDS) * 1_000_000_000L;
  }

  void serve() throws IOException, InterruptedException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream body = exchange.getResponseBody()) {
      int position = start(body);
      body.flush();
      while (!store.isClosed() && millisLeft() > 0) {
        List<ResourceStore.Change> changes =
            store.changes(position, Math.min(BOOKMARK_MILLIS, millisLeft()));
        for (ResourceStore.Change change : changes) {
          if (ResourceStore.inNamespace(change.object(), namespace)) {
            write(body, change.type(), change.object());
          }
        }
        position += changes.size();
        if (changes.isEmpty() && bookmarks) {
          write(body, "BOOKMARK", bookmark());
        }
        body.flush();
      }
    }
  }

  /** Without a version, the watch begins with what there is. */
  private int start(OutputStream body) throws IOException {
    if (!since.isEmpty() && !since.equals("0")) {
      return store.position(Long.parseLong(since));
    }
    int position = store.end();
    for (ObjectNode object : store.list(namespace, "", Integer.MAX_VALUE).items()) {
      write(body, "ADDED", object);
    }
    return position;
  }

  private long millisLeft() {
    return (deadline - System.nanoTime()) / 1_000_000;
  }

  private ObjectNode bookmark() {
    ObjectNode object =
        Answers.JSON
            .createObjectNode()
            .put("kind", store.type().kind())
            .put("apiVersion", store.type().apiVersion());
    object
        .putObject("metadata")
        .put("resourceVersion", Long.toString(store.version()))
        .putNull("creationTimestamp");
    return object;
  }

  private static void write(OutputStream body, String type, ObjectNode object) throws IOException {
    ObjectNode line = Answers.JSON.createObjectNode().put("type", type);
    line.set("object", object);
    body.write(Answers.JSON.writeValueAsBytes(line));
    body.write('\n');
  }
}
