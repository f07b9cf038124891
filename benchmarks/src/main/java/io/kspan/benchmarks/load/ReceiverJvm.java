package io.kspan.benchmarks.load;

import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;

/**
 * A backend that costs as little as possible: accepts every OTLP/HTTP request at once and counts.
 * Says {@code ready <port>} and, asked for {@code received}, requests and bytes since it was asked
 * last. Ends with its standard input.
 */
final class ReceiverJvm {
  private static final int OK = 200;
  private static final int THREADS = 2;

  private ReceiverJvm() {}

  /** Takes no arguments. */
  public static void main(String[] args) throws IOException {
    LongAdder requests = new LongAdder();
    LongAdder bytes = new LongAdder();
    ExecutorService workers = Executors.newFixedThreadPool(THREADS);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(workers);
    server.createContext(
        "/v1/traces",
        exchange -> {
          bytes.add(exchange.getRequestBody().readAllBytes().length);
          requests.increment();
          exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
          // An ExportTraceServiceResponse without fields: everything accepted.
          exchange.sendResponseHeaders(OK, -1);
          exchange.close();
        });
    server.start();
    System.out.println("ready " + server.getAddress().getPort());
    BufferedReader asked =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (asked.readLine() != null) {
      System.out.println("received " + requests.sumThenReset() + " " + bytes.sumThenReset());
    }
    server.stop(0);
    workers.shutdownNow();
  }
}
