package io.kspan.quickstart.page;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.kspan.topology.waterfall.OtlpReader;
import io.kspan.topology.waterfall.ReceivedTrace;
import io.kspan.topology.waterfall.page.OpenTraces;
import io.kspan.topology.waterfall.page.PageEndpoint;
import io.kspan.topology.waterfall.page.RecentTraces;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The page of traces that a test adds, below a base path. Thread-safe. */
final class LivePage implements AutoCloseable {
  static final int KEPT = 10_000;
  private static final String BASE = "/kspan";

  private final RecentTraces traces =
      new RecentTraces(new RecentTraces.Limits(KEPT, 10 * KEPT), Duration.ZERO, Duration.ZERO);
  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final HttpServer server;
  private volatile OpenTraces open = OpenTraces.EMPTY;

  LivePage() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(executor);
    server.createContext("/", endpoint());
    server.start();
  }

  HttpHandler endpoint() {
    return new PageEndpoint(traces, () -> open, PageEndpoint::isLoopback, BASE);
  }

  /** Answers what it is asked for at {@code path} with {@code handler}. */
  void answer(String path, HttpHandler handler) {
    server.createContext(BASE + path, handler);
  }

  String address(String fragment) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + BASE + "/" + fragment;
  }

  void add(ReceivedTrace trace) {
    traces.add(
        trace.spans().stream().map(span -> new OtlpReader.Received(trace.traceId(), span)).toList(),
        0);
  }

  void open(List<ReceivedTrace> openTraces, String... missing) {
    open = new OpenTraces(openTraces, List.of(missing));
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }
}
