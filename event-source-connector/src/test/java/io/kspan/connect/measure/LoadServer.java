package io.kspan.connect.measure;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * An API server with many generated pods, and Events at a given rate. {@code /load?rate=N} sets the
 * rate, {@code /load} tells how many Events were sent. For a JVM of its own.
 */
public final class LoadServer {
  private static final long LISTED_VERSION = 1_000;

  private final int pods;
  private final AtomicLong sent = new AtomicLong();
  private volatile int perSecond;

  private LoadServer(int pods) {
    this.pods = pods;
  }

  /** Prints its port; argument: how many pods. Runs until its standard input ends. */
  public static void main(String[] args) throws IOException {
    LoadServer load = new LoadServer(Integer.parseInt(args[0]));
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.setExecutor(
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task);
              thread.setDaemon(true);
              return thread;
            }));
    http.createContext("/api/v1/pods", load::pods);
    http.createContext("/api/v1/events", load::events);
    http.createContext("/load", load::load);
    http.start();
    System.out.println(http.getAddress().getPort());
    while (System.in.read() >= 0) {
      // Whoever started this is still there.
    }
    http.stop(0);
  }

  private void pods(HttpExchange exchange) throws IOException {
    Map<String, String> query = query(exchange);
    try (exchange) {
      exchange.sendResponseHeaders(200, 0);
      try (OutputStream out = new BufferedOutputStream(exchange.getResponseBody(), 1 << 16)) {
        if (query.containsKey("watch")) {
          quiet(out, query);
        } else {
          list(out, "Pod", pods, query);
        }
      }
    }
  }

  private static void list(OutputStream out, String kind, int count, Map<String, String> query)
      throws IOException {
    int from = Integer.parseInt(query.getOrDefault("continue", "0"));
    int to = Math.min(count, from + Integer.parseInt(query.get("limit")));
    String more = to < count ? ",\"continue\":\"" + to + '"' : "";
    write(
        out,
        "{\"kind\":\"%sList\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"%d\"%s},\"items\":["
            .formatted(kind, LISTED_VERSION, more));
    for (int i = from; i < to; i++) {
      write(out, (i == from ? "" : ",") + GeneratedObjects.pod(i, LISTED_VERSION));
    }
    write(out, "]}");
  }

  private static void quiet(OutputStream out, Map<String, String> query) throws IOException {
    write(
        out,
        "{\"type\":\"BOOKMARK\",\"object\":{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"%d\"}}}\n"
            .formatted(LISTED_VERSION));
    out.flush();
    LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(Long.parseLong(query.get("timeoutSeconds"))));
  }

  private void events(HttpExchange exchange) throws IOException {
    Map<String, String> query = query(exchange);
    try (exchange) {
      exchange.sendResponseHeaders(200, 0);
      try (OutputStream out = new BufferedOutputStream(exchange.getResponseBody(), 1 << 16)) {
        if (query.containsKey("watch")) {
          stream(out, Long.parseLong(query.get("timeoutSeconds")));
        } else {
          list(out, "Event", 0, query);
        }
      }
    }
  }

  /** Every 10 ms what is due by then. */
  private void stream(OutputStream out, long seconds) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    long last = System.nanoTime();
    double due = 0;
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
      long now = System.nanoTime();
      due += perSecond * (now - last) / 1e9;
      last = now;
      for (; due >= 1; due--) {
        long number = sent.incrementAndGet();
        write(
            out,
            GeneratedObjects.event(
                (int) (number % pods), LISTED_VERSION + number, System.currentTimeMillis()));
      }
      out.flush();
    }
  }

  private void load(HttpExchange exchange) throws IOException {
    try (exchange) {
      String rate = query(exchange).get("rate");
      if (rate != null) {
        perSecond = Integer.parseInt(rate);
      }
      byte[] answer = Long.toString(sent.get()).getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  private static Map<String, String> query(HttpExchange exchange) {
    String query = exchange.getRequestURI().getQuery();
    return query == null
        ? Map.of()
        : Arrays.stream(query.split("&"))
            .map(pair -> pair.split("=", 2))
            .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }
}
