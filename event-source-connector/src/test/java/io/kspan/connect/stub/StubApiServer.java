package io.kspan.connect.stub;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
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
  private final HttpServer http;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicLong lastVersion = new AtomicLong(100);
  private final Map<String, StubCollection> collections = new ConcurrentHashMap<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final List<OrderedFault> faults = new ArrayList<>();

  public StubApiServer() {
    try {
      http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    http.setExecutor(threads);
    http.createContext("/", this::handle);
    http.start();
  }

  /** What was asked, in order of arrival. */
  public record Request(String path, Map<String, String> query, String authorization) {
    public boolean isWatch() {
      return "true".equals(query.get("watch"));
    }

    public boolean isList() {
      return !isWatch();
    }
  }

  /** An answer instead of the ordinary one. */
  @FunctionalInterface
  public interface Fault {
    void answer(HttpExchange exchange) throws IOException;
  }

  private record OrderedFault(Predicate<Request> when, Fault fault, boolean once) {}

  public String url() {
    return "http://127.0.0.1:" + http.getAddress().getPort();
  }

  /** Serves a collection from now on; objects are added to it. */
  public StubCollection serve(String path, String apiVersion, String kind) {
    StubCollection collection = new StubCollection(apiVersion, kind, lastVersion);
    collections.put(path, collection);
    return collection;
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

  /** Answers every matching request this way, until {@link #heal}. */
  public void always(Predicate<Request> when, Fault fault) {
    add(new OrderedFault(when, fault, false));
  }

  private void add(OrderedFault fault) {
    synchronized (faults) {
      faults.add(fault);
    }
  }

  public void heal() {
    synchronized (faults) {
      faults.clear();
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
      Fault fault = faultFor(request);
      if (fault != null) {
        fault.answer(exchange);
        return;
      }
      StubCollection collection = collections.get(request.path());
      if (collection == null) {
        status(404, "the server could not find the requested resource").answer(exchange);
      } else if (request.isWatch()) {
        collection.watch(exchange, request.query());
      } else {
        collection.list(exchange, request.query());
      }
    }
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
