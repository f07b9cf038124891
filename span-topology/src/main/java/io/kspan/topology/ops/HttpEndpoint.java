package io.kspan.topology.ops;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.kspan.topology.metrics.MetricsExporter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.utils.ThreadUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /livez}, {@code /readyz} and {@code /metrics} for the supervisor of the process.
 * Thread-safe.
 */
public final class HttpEndpoint implements AutoCloseable {
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int NOT_ALLOWED = 405;
  private static final int UNAVAILABLE = 503;
  private static final String TEXT = "text/plain; charset=utf-8";
  // A probe must not wait for a scrape.
  private static final int THREADS = 3;

  private static final Logger log = LoggerFactory.getLogger(HttpEndpoint.class);

  private final Optional<InetSocketAddress> listen;
  private final Health health;
  private final MetricsExporter metrics;
  private HttpServer server;
  private ExecutorService executor;

  /** Answers nothing yet, and never if {@code listen} is empty. */
  public HttpEndpoint(Optional<InetSocketAddress> listen, Health health, MetricsExporter metrics) {
    this.listen = listen;
    this.health = health;
    this.metrics = metrics;
  }

  /** Starts to answer; throws a {@link ConfigException} if the address cannot be listened on. */
  public synchronized void start() {
    if (listen.isEmpty()) {
      return;
    }
    server = open(listen.get());
    executor =
        Executors.newFixedThreadPool(
            THREADS, ThreadUtils.createThreadFactory("http-endpoint", true));
    server.setExecutor(executor);
    server.createContext("/", exchange -> answer(exchange, NOT_FOUND, TEXT, notFound()));
    server.createContext("/livez", exact("/livez", probe(health::notAlive)));
    server.createContext("/readyz", exact("/readyz", probe(health::notReady)));
    server.createContext("/metrics", exact("/metrics", exchange -> scrape(exchange, metrics)));
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

  private static byte[] notFound() {
    return "/livez, /readyz or /metrics\n".getBytes(UTF_8);
  }

  /** The server takes a path for the beginning of one. */
  private static HttpHandler exact(String path, HttpHandler handler) {
    return exchange -> {
      if (!exchange.getRequestURI().getPath().equals(path)) {
        answer(exchange, NOT_FOUND, TEXT, notFound());
      } else if (!exchange.getRequestMethod().equals("GET")
          && !exchange.getRequestMethod().equals("HEAD")) {
        answer(exchange, NOT_ALLOWED, TEXT, "GET or HEAD\n".getBytes(UTF_8));
      } else {
        handler.handle(exchange);
      }
    };
  }

  private static HttpHandler probe(Supplier<Optional<String>> problem) {
    return exchange -> {
      Optional<String> found = problem.get();
      answer(
          exchange,
          found.isPresent() ? UNAVAILABLE : OK,
          TEXT,
          (found.orElse("ok") + "\n").getBytes(UTF_8));
    };
  }

  private static void scrape(HttpExchange exchange, MetricsExporter metrics) throws IOException {
    String accept = exchange.getRequestHeaders().getFirst("Accept");
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    metrics.scrape(accept, body);
    answer(exchange, OK, MetricsExporter.contentType(accept), body.toByteArray());
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
