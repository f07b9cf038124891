package io.kspan.quickstart.receiver;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.kspan.topology.errors.BadInputException;
import io.kspan.topology.waterfall.ReceivedTrace;
import io.kspan.topology.waterfall.page.OpenTraces;
import io.kspan.topology.waterfall.page.PageEndpoint;
import io.kspan.topology.waterfall.page.RecentTraces;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An OTLP/HTTP receiver: {@code POST /v1/traces}. It keeps the last traces, shows them as a web
 * page under {@code /}, and passes each complete trace to a listener. Thread-safe. A request that
 * cannot be read is answered with 400 and changes nothing.
 */
public final class OtlpReceiver implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(OtlpReceiver.class);

  /** Enough for a terminal session; at a few kB per span this stays below 200 MB. */
  private static final RecentTraces.Limits LIMITS = new RecentTraces.Limits(200, 50_000);

  /** The requests of one trace follow each other within milliseconds. */
  private static final Duration QUIET = Duration.ofMillis(400);

  /** Longer than a sender's first retries. */
  private static final Duration PARENT_TIMEOUT = Duration.ofSeconds(5);

  private static final long CHECK_MILLIS = 100;
  private static final int THREADS = 3;

  private final String address;
  private final int port;
  private final Consumer<ReceivedTrace> listener;
  private final RecentTraces traces = new RecentTraces(LIMITS, QUIET, PARENT_TIMEOUT);
  private volatile Supplier<OpenTraces> open = () -> OpenTraces.EMPTY;
  private HttpServer server;
  private ScheduledExecutorService executor;

  /**
   * Does not listen yet.
   *
   * @param address 127.0.0.1, or 0.0.0.0 for all interfaces
   * @param port 0 for any free one
   * @param listener called by one thread at a time; called again with the larger trace if spans
   *     arrive after a trace was complete
   */
  public OtlpReceiver(String address, int port, Consumer<ReceivedTrace> listener) {
    this.address = address;
    this.port = port;
    this.listener = listener;
  }

  /** Has the page show what is open as well; {@code traces} is asked at every request. */
  public void showOpen(Supplier<OpenTraces> traces) {
    open = traces;
  }

  /**
   * Starts to listen; {@link #address()} says where.
   *
   * @throws BadInputException when the port is occupied or forbidden
   */
  public synchronized void start() {
    server = bind();
    executor =
        Executors.newScheduledThreadPool(
            THREADS,
            task -> {
              Thread thread = new Thread(task, "otlp-receiver");
              thread.setDaemon(true);
              return thread;
            });
    server.setExecutor(executor);
    server.createContext("/v1/traces", new TracesEndpoint(traces));
    server.createContext(
        "/", new PageEndpoint(traces, () -> open.get(), PageEndpoint::isLoopback, ""));
    server.start();
    executor.scheduleWithFixedDelay(
        this::reportComplete, CHECK_MILLIS, CHECK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private HttpServer bind() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getByName(address), port), 0);
    } catch (IOException e) {
      throw new BadInputException(
          "--receiver-port %d: port %d on %s cannot be used (%s): stop the program that listens there, or choose another port (0 takes any free one)"
              .formatted(port, port, address, e.getMessage()),
          e);
    }
  }

  /**
   * Its address for programs and browsers on this machine, such as {@code http://127.0.0.1:4318}:
   * the OTLP endpoint and the page.
   */
  public synchronized URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** The traces that are kept, newest first, complete or not. */
  public List<ReceivedTrace> traces() {
    return traces.newestFirst();
  }

  /** Stops listening at once; a trace that is not complete yet is not reported any more. */
  @Override
  public synchronized void close() {
    if (server != null) {
      server.stop(0);
      executor.shutdownNow();
      server = null;
    }
  }

  private void reportComplete() {
    for (ReceivedTrace trace : traces.complete(System.nanoTime())) {
      try {
        listener.accept(trace);
      } catch (RuntimeException e) {
        log.error("The listener failed on trace {}", trace.traceId(), e);
      }
    }
  }

  /** Sends a whole answer. */
  static void send(HttpExchange exchange, int status, String contentType, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", contentType);
    // -1 for an answer without body: 0 would mean chunked.
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }
}
