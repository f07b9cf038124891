package io.kspan.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stand-in Kubernetes API server on loopback: discovery, get, list with pages, and watch with
 * bookmarks. It serves the collections of its caller to every client, and writes nothing.
 * Thread-safe.
 */
public final class ApiServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ApiServer.class);
  private static final String KUBE_SYSTEM = "/api/v1/namespaces/kube-system";
  private static final Pattern NAMESPACED = Pattern.compile("(.+)/namespaces/([^/]+)(/[^/]+)");

  static {
    // Small chunks must not wait for the client's acknowledgement of the one before.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "api-server");
            thread.setDaemon(true);
            return thread;
          });
  private final Map<String, ResourceCollection> collections = new ConcurrentHashMap<>();
  private final Discovery discovery = new Discovery();
  private final AtomicLong lastVersion;
  private final Duration bookmarkInterval;
  private final Interceptor interceptor;
  private final int port;
  private volatile HttpServer http;
  private volatile String clusterUid = "5f3c9a52-2d0e-4c5b-9f53-6b1c0f1e7a10";

  /** Sees every request before it is answered. */
  @FunctionalInterface
  public interface Interceptor {
    /** Returns whether it has answered. */
    boolean answer(Request request, HttpExchange exchange) throws IOException;
  }

  /** Serves nothing but the namespace kube-system yet; sends bookmarks every five seconds. */
  public ApiServer() {
    // A real server sends one a minute.
    this(1, Duration.ofSeconds(5), (request, exchange) -> false);
  }

  /**
   * Serves nothing but the namespace kube-system yet.
   *
   * @param version resourceVersion of the empty collections
   * @param bookmarkInterval zero for no bookmarks but those of {@link ResourceCollection#bookmark}
   */
  public ApiServer(long version, Duration bookmarkInterval, Interceptor interceptor) {
    this.lastVersion = new AtomicLong(version);
    this.bookmarkInterval = bookmarkInterval;
    this.interceptor = interceptor;
    listen(0);
    this.port = http.getAddress().getPort();
  }

  private void listen(int wantedPort) {
    try {
      http = HttpServer.create(new InetSocketAddress("127.0.0.1", wantedPort), 0);
    } catch (IOException e) {
      throw new UncheckedIOException("the stand-in API server cannot listen", e);
    }
    http.setExecutor(threads);
    http.createContext("/", this::handle);
    http.start();
  }

  /** Its address. */
  public URI address() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Stops to listen and breaks all connections; keeps the collections. */
  public void goDown() {
    http.stop(0);
    collections.values().forEach(ResourceCollection::endWatches);
  }

  /** Listens again on the same port. */
  public void comeBack() {
    listen(port);
  }

  /** Serves a resource, empty at first, and names it in discovery. */
  public ResourceCollection serve(ResourceType type) {
    discoverable(type);
    return serve(type.path(), type.apiVersion(), type.kind());
  }

  /** Serves a path, of all namespaces or of one, without discovery. */
  public ResourceCollection serve(String path, String apiVersion, String kind) {
    ResourceCollection collection =
        new ResourceCollection(apiVersion, kind, lastVersion, bookmarkInterval);
    collections.put(path, collection);
    return collection;
  }

  /** Names a resource in discovery. */
  public void discoverable(ResourceType type) {
    discovery.add(type);
  }

  /** Sets the UID of the namespace kube-system, by which clients tell clusters apart. */
  public void becomeCluster(String uid) {
    clusterUid = uid;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Request request = Request.of(exchange);
      if (!interceptor.answer(request, exchange)) {
        response(request).answer(exchange);
      }
    } catch (RuntimeException e) {
      log.warn("The stand-in API server failed on {}", exchange.getRequestURI(), e);
    }
  }

  private Response response(Request request) {
    if (!request.method().equals("GET")) {
      return Response.status(405, "this server is read-only");
    }
    Matcher namespaced = NAMESPACED.matcher(request.path());
    ResourceCollection own = collections.get(request.path());
    if (own != null) {
      return listOrWatch(own, "", request);
    } else if (namespaced.matches() && all(namespaced) != null) {
      return listOrWatch(all(namespaced), namespaced.group(2), request);
    }
    return discovery
        .document(request.path())
        .map(Response::body)
        .orElseGet(() -> object(request.path()));
  }

  private ResourceCollection all(Matcher namespaced) {
    return collections.get(namespaced.group(1) + namespaced.group(3));
  }

  private static Response listOrWatch(
      ResourceCollection collection, String namespace, Request request) {
    return request.isWatch()
        ? collection.watch(namespace, request)
        : collection.list(namespace, request);
  }

  private Response object(String path) {
    String parent = path.substring(0, Math.max(0, path.lastIndexOf('/')));
    String name = path.substring(path.lastIndexOf('/') + 1);
    Matcher namespaced = NAMESPACED.matcher(parent);
    String namespace = namespaced.matches() ? namespaced.group(2) : "";
    ResourceCollection collection = collections.get(parent);
    if (collection == null && !namespace.isEmpty()) {
      collection = all(namespaced);
    }
    ObjectNode object = collection == null ? null : collection.get(namespace, name);
    if (object != null) {
      return Response.body(object.toString());
    } else if (path.equals(KUBE_SYSTEM)) {
      // Every cluster has it. Lists show what the caller has added.
      return Response.body(
          "{\"kind\":\"Namespace\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"kube-system\",\"uid\":\"%s\",\"resourceVersion\":\"1\"}}"
              .formatted(clusterUid));
    }
    if (collection != null) {
      return Response.noObject(parent.substring(parent.lastIndexOf('/') + 1), name);
    }
    return discovery.hasGroupVersionOf(path)
        ? Response.status(404, "the server could not find the requested resource")
        : Response.pageNotFound();
  }

  @Override
  public void close() {
    collections.values().forEach(ResourceCollection::close);
    http.stop(0);
    threads.shutdownNow();
  }
}
