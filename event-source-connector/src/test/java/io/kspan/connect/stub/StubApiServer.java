package io.kspan.connect.stub;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * A small API server that keeps to the list and watch protocol: pages, resourceVersions, bookmarks,
 * expiry in both of its forms, and faults to order. Safe for many threads.
 */
public final class StubApiServer implements AutoCloseable {
  /** UID of the namespace kube-system, unless another one is served. */
  public static final String CLUSTER_UID = "cluster-uid";

  private static final ObjectMapper JSON = new ObjectMapper();
  private final int port;
  private volatile HttpServer http;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicLong lastVersion = new AtomicLong(100);
  private final Map<String, StubCollection> collections = new ConcurrentHashMap<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final List<OrderedFault> faults = new ArrayList<>();
  private final List<Interlude> interludes = new CopyOnWriteArrayList<>();
  private final Map<String, ObjectNode> discovery = new ConcurrentHashMap<>();
  private volatile String clusterUid = CLUSTER_UID;

  public StubApiServer() {
    http = listen(0);
    port = http.getAddress().getPort();
  }

  private HttpServer listen(int listenPort) {
    try {
      HttpServer listening =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), listenPort), 0);
      listening.setExecutor(threads);
      listening.createContext("/", this::handle);
      listening.start();
      return listening;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The process ends: connections break, new ones are refused. What it had is kept. */
  public void goDown() {
    http.stop(0);
    collections.values().forEach(StubCollection::endWatches);
  }

  /** Serves again what it had, under the same address. */
  public void comeBack() {
    http = listen(port);
  }

  /** What was asked, in order of arrival. */
  public record Request(
      String method, String path, Map<String, String> query, String authorization) {
    public boolean isWatch() {
      return "true".equals(query.get("watch"));
    }

    public boolean isList() {
      return !isWatch() && (segments() == 1 || segments() == 3);
    }

    /** Of one object by its name, such as the namespace that identifies the cluster. */
    public boolean isGet() {
      return !isWatch() && (segments() == 2 || segments() == 4);
    }

    /** Behind group and version. */
    private int segments() {
      return path.split("/").length - (path.startsWith("/api/") ? 3 : 4);
    }
  }

  /** An answer instead of the ordinary one. */
  @FunctionalInterface
  public interface Fault {
    void answer(HttpExchange exchange) throws IOException;
  }

  /** What becomes of the ordinary answer on its way. */
  @FunctionalInterface
  public interface Distortion {
    OutputStream of(OutputStream body);
  }

  private record Interlude(Predicate<Request> when, Runnable happening) {}

  private record OrderedFault(Predicate<Request> when, Fault fault, boolean once) {}

  public String url() {
    return "http://127.0.0.1:" + port;
  }

  /** Serves a collection from now on; objects are added to it. */
  public StubCollection serve(String path, String apiVersion, String kind) {
    StubCollection collection = new StubCollection(apiVersion, kind, lastVersion);
    collections.put(path, collection);
    return collection;
  }

  /** Names a resource in the discovery of its group and version. */
  public void discoverable(
      String groupVersionPath, String plural, String kind, boolean namespaced) {
    discovery
        .computeIfAbsent(
            groupVersionPath, path -> JSON.createObjectNode().put("kind", "APIResourceList"))
        .withArray("/resources")
        .addObject()
        .put("name", plural)
        .put("kind", kind)
        .put("namespaced", namespaced);
  }

  /** Another cluster comes to answer under this URL. */
  public void becomeCluster(String uid) {
    clusterUid = uid;
  }

  public List<Request> requests(Predicate<Request> filter) {
    return requests.stream().filter(filter).toList();
  }

  /**
   * Answers the next matching request this way; faults are used up in the order in which they were
   * given.
   */
  public void once(Predicate<Request> when, Fault fault) {
    add(new OrderedFault(when, fault, true));
  }

  /** Distorts the ordinary answer to the next matching request. */
  public void distortOnce(Predicate<Request> when, Distortion distortion) {
    once(
        when,
        exchange -> {
          exchange.setStreams(null, distortion.of(exchange.getResponseBody()));
          serve(exchange, request(exchange));
        });
  }

  /** Lets something happen before the next matching request is answered as usual. */
  public void beforeAnswering(Predicate<Request> when, Runnable happening) {
    interludes.add(new Interlude(when, happening));
  }

  /** Answers every matching request this way, until {@link #heal}. */
  public void always(Predicate<Request> when, Fault fault) {
    add(new OrderedFault(when, fault, false));
  }

  private void add(OrderedFault fault) {
    synchronized (faults) {
      faults.add(fault);
    }
  }

  /** Ends what {@link #always} began; what is to happen once is still to come. */
  public void heal() {
    synchronized (faults) {
      faults.removeIf(fault -> !fault.once());
    }
  }

  /** A fault that answers with a status and a message. */
  public static Fault status(int code, String message) {
    return exchange -> {
      byte[] body =
          ("{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"code\":%d,\"message\":\"%s\"}"
                  .formatted(code, message))
              .getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(code, body.length);
      exchange.getResponseBody().write(body);
    };
  }

  /** A fault that sends a text as an ordinary body and ends it cleanly. */
  public static Fault body(String text) {
    return exchange -> {
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().write(text.getBytes(StandardCharsets.UTF_8));
      exchange.getResponseBody().close();
    };
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Request request = request(exchange);
      requests.add(request);
      for (Interlude interlude : interludes) {
        if (interlude.when().test(request) && interludes.remove(interlude)) {
          interlude.happening().run();
        }
      }
      Fault fault = faultFor(request);
      if (fault != null) {
        fault.answer(exchange);
      } else {
        serve(exchange, request);
      }
    }
  }

  private void serve(HttpExchange exchange, Request request) throws IOException {
    StubCollection collection = collections.get(request.path());
    String answer = collection == null ? single(request) : null;
    if (answer != null) {
      body(answer).answer(exchange);
    } else if (collection == null) {
      status(404, "the server could not find the requested resource").answer(exchange);
    } else if (request.isWatch()) {
      collection.watch(exchange, request.query());
    } else {
      collection.list(exchange, request.query());
    }
  }

  /** One object or discovery document; null when there is none. */
  private String single(Request request) {
    String path = request.path();
    if (path.equals("/api/v1/namespaces/kube-system")) {
      return "{\"kind\":\"Namespace\",\"metadata\":{\"name\":\"kube-system\",\"uid\":\"%s\"}}"
          .formatted(clusterUid);
    }
    if (discovery.containsKey(path)) {
      return discovery.get(path).toString();
    }
    int slash = path.lastIndexOf('/');
    String name = path.substring(slash + 1);
    String collectionPath = path.substring(0, slash);
    String namespace = "";
    int at = collectionPath.indexOf("/namespaces/");
    if (at >= 0) {
      String rest = collectionPath.substring(at + "/namespaces/".length());
      namespace = rest.substring(0, Math.max(0, rest.indexOf('/')));
    }
    String allNamespaces = collectionPath.replaceFirst("/namespaces/[^/]+/", "/");
    StubCollection collection =
        collections.getOrDefault(collectionPath, collections.get(allNamespaces));
    return collection == null ? null : collection.get(namespace, name);
  }

  private Fault faultFor(Request request) {
    synchronized (faults) {
      for (OrderedFault fault : faults) {
        if (fault.when().test(request)) {
          if (fault.once()) {
            faults.remove(fault);
          }
          return fault.fault();
        }
      }
    }
    return null;
  }

  private static Request request(HttpExchange exchange) {
    Map<String, String> query = new HashMap<>();
    String raw = exchange.getRequestURI().getRawQuery();
    for (String pair : raw == null ? new String[0] : raw.split("&")) {
      int equals = pair.indexOf('=');
      query.put(
          pair.substring(0, equals),
          URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
    }
    return new Request(
        exchange.getRequestMethod(),
        exchange.getRequestURI().getPath(),
        query,
        exchange.getRequestHeaders().getFirst("Authorization"));
  }

  @Override
  public void close() {
    collections.values().forEach(StubCollection::close);
    http.stop(0);
    threads.shutdownNow();
  }

  /** An object as a watch would bring it. */
  static ObjectNode typed(ObjectNode object, String apiVersion, String kind) {
    ObjectNode typed = object.objectNode().put("kind", kind).put("apiVersion", apiVersion);
    typed.setAll(object);
    return typed;
  }
}
