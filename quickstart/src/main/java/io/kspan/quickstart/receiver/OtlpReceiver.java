package io.kspan.quickstart.receiver;

import com.sun.net.httpserver.HttpServer;
import io.kspan.topology.waterfall.ReceivedTrace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An OTLP/HTTP receiver on the loopback interface: {@code POST /v1/traces}. It keeps the last
 * traces, shows them as a web page under {@code /}, and tells a listener about every trace that is
 * complete.
 *
 * <p>Thread-safe. A request that cannot be read is answered with 400 and changes nothing.
 */
public final class OtlpReceiver implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(OtlpReceiver.class);

  /** Enough for a terminal session; at a few kB per span this stays below 200 MB. */
  static final TraceBook.Limits LIMITS = new TraceBook.Limits(200, 50_000);

  /** The requests of one trace follow each other within milliseconds. */
  static final Duration QUIET = Duration.ofMillis(400);

  /** Longer than a sender's first retries. */
  static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final long SWEEP_MILLIS = 100;

  private final int port;
  private final TraceListener listener;
  private final LongSupplier nanoClock;
  private final TraceBook book = new TraceBook(LIMITS, QUIET, PATIENCE);
  private HttpServer server;
  private ExecutorService workers;
  private ScheduledExecutorService sweeper;

  /**
   * Does not listen yet.
   *
   * @param port 0 for any free one
   */
  public OtlpReceiver(int port, TraceListener listener) {
    this(port, listener, System::nanoTime);
  }

  OtlpReceiver(int port, TraceListener listener, LongSupplier nanoClock) {
    if (port < 0 || port > 0xFFFF) {
      throw new IllegalArgumentException("port " + port + " is not between 0 and 65535");
    }
    this.port = port;
    this.listener = listener;
    this.nanoClock = nanoClock;
  }

  /**
   * Starts to listen; {@link #address()} says where.
   *
   * @throws PortUnavailableException when the port is occupied or forbidden
   */
  public synchronized void start() {
    if (server != null) {
      throw new IllegalStateException("the OTLP receiver is running already");
    }
    server = bind();
    workers = Executors.newFixedThreadPool(2, daemon("otlp-receiver"));
    server.setExecutor(workers);
    server.createContext("/v1/traces", new TracesEndpoint(book, nanoClock));
    server.createContext("/", new PageEndpoint(book));
    server.start();
    sweeper = Executors.newSingleThreadScheduledExecutor(daemon("otlp-receiver-sweep"));
    sweeper.scheduleWithFixedDelay(this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Where it listens, such as {@code http://127.0.0.1:4318}: the OTLP endpoint and the page. */
  public synchronized URI address() {
    if (server == null) {
      throw new IllegalStateException("the OTLP receiver is not running");
    }
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** What is kept, newest first, complete or not. */
  public List<ReceivedTrace> traces() {
    return book.newestFirst();
  }

  /** Stops listening at once; a trace that is not complete yet is not reported any more. */
  @Override
  public synchronized void close() {
    if (server == null) {
      return;
    }
    server.stop(0);
    sweeper.shutdownNow();
    workers.shutdownNow();
    server = null;
  }

  /** Reports what has become complete. Package-private: tests move the clock and call it. */
  void sweep() {
    for (ReceivedTrace trace : book.complete(nanoClock.getAsLong())) {
      try {
        listener.onTrace(trace);
      } catch (RuntimeException e) {
        log.error("The listener failed on trace {}", trace.traceId(), e);
      }
    }
  }

  private HttpServer bind() {
    try {
      return HttpServer.create(
          new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), 0);
    } catch (IOException e) {
      throw new PortUnavailableException(port, e);
    }
  }

  private static ThreadFactory daemon(String name) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, name + "-" + count.getAndIncrement());
      thread.setDaemon(true);
      return thread;
    };
  }
}
