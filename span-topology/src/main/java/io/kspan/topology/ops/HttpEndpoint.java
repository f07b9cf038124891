package io.kspan.topology.ops;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.kspan.topology.metrics.MetricsExporter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.utils.ThreadUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /livez}, {@code /readyz} and {@code /metrics} for the supervisor of the process, and what
 * a command answers besides. Thread-safe.
 */
public final class HttpEndpoint implements AutoCloseable {
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int NOT_ALLOWED = 405;
  private static final int UNAVAILABLE = 503;
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final Set<String> PATHS = Set.of("/livez", "/readyz", "/metrics");
  private static final Set<String> METHODS = Set.of("GET", "HEAD");
  // A probe must not wait for a scrape, nor for those who read pages.
  private static final int PROBE_THREADS = 3;
  private static final int THREADS = 16;

  private static final Logger log = LoggerFactory.getLogger(HttpEndpoint.class);

  private final Optional<InetSocketAddress> listen;
  private final Health health;
  private final MetricsExporter metrics;
  private final Map<String, HttpHandler> handlers = new LinkedHashMap<>();
  private HttpServer server;
  private ExecutorService executor;

  /** Answers nothing yet, and never if {@code listen} is empty. */
  public HttpEndpoint(Optional<InetSocketAddress> listen, Health health, MetricsExporter metrics) {
    this.listen = listen;
    this.health = health;
    this.metrics = metrics;
  }

  /** Has {@code handler} answer everything below {@code path}; to be called before the start. */
  public synchronized HttpEndpoint with(String path, HttpHandler handler) {
    handlers.put(path, handler);
    return this;
  }

  /**
   * Has {@code body} answer {@code path}; a runtime exception of it is 503 with its message. To be
   * called before the start.
   */
  public HttpEndpoint with(String path, String contentType, Supplier<byte[]> body) {
    return with(
        path,
        exchange -> {
          if (isRefused(exchange)) {
            return;
          }
          byte[] answer;
          try {
            answer = body.get();
          } catch (RuntimeException e) {
            answer(exchange, UNAVAILABLE, TEXT, (e.getMessage() + "\n").getBytes(UTF_8));
            return;
          }
          answer(exchange, OK, contentType, answer);
        });
  }

  /** Starts to answer; throws a {@link ConfigException} if the address cannot be listened on. */
  public synchronized void start() {
    if (listen.isEmpty()) {
      return;
    }
    server = open(listen.get());
    executor =
        Executors.newFixedThreadPool(
            handlers.isEmpty() ? PROBE_THREADS : THREADS,
            ThreadUtils.createThreadFactory("http-endpoint", true));
    server.setExecutor(executor);
    handlers.forEach(server::createContext);
    PATHS.forEach(path -> server.createContext(path, this::handle));
    if (!handlers.containsKey("/")) {
      server.createContext("/", this::handle);
    }
    server.start();
    log.info("Answering /livez, /readyz and /metrics on port {}", port());
  }

  private static HttpServer open(InetSocketAddress address) {
    try {
      return HttpServer.create(address, 0);
    } catch (IOException e) {
      throw new ConfigException(
          "Cannot listen on http.listen %s:%d: %s; choose another address, or none"
              .formatted(address.getHostString(), address.getPort(), e.getMessage()));
    }
  }

  /** The port it listens on, 0 for none. */
  public synchronized int port() {
    return server == null ? 0 : server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    if (!PATHS.contains(path)) {
      answer(exchange, NOT_FOUND, TEXT, "/livez, /readyz or /metrics\n".getBytes(UTF_8));
    } else if (isRefused(exchange)) {
      return;
    } else if (path.equals("/metrics")) {
      String accept = exchange.getRequestHeaders().getFirst("Accept");
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      metrics.scrape(accept, body);
      answer(exchange, OK, MetricsExporter.contentType(accept), body.toByteArray());
    } else {
      Optional<String> problem = path.equals("/livez") ? health.notAlive() : health.notReady();
      byte[] body = (problem.orElse("ok") + "\n").getBytes(UTF_8);
      answer(exchange, problem.isPresent() ? UNAVAILABLE : OK, TEXT, body);
    }
  }

  /** Answers a request with another method than those that only read. */
  private static boolean isRefused(HttpExchange exchange) throws IOException {
    boolean refused = !METHODS.contains(exchange.getRequestMethod());
    if (refused) {
      answer(exchange, NOT_ALLOWED, TEXT, "GET or HEAD\n".getBytes(UTF_8));
    }
    return refused;
  }

  private static void answer(HttpExchange exchange, int status, String contentType, byte[] body)
      throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", contentType);
      if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.sendResponseHeaders(status, -1);
      } else {
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
      }
    }
  }

  @Override
  public synchronized void close() {
    if (server != null) {
      server.stop(0);
      executor.shutdownNow();
    }
  }
}
