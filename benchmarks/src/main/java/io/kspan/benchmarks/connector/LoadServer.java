package io.kspan.benchmarks.connector;

import com.sun.net.httpserver.HttpExchange;
import io.kspan.apiserver.ApiServer;
import io.kspan.apiserver.Request;
import io.kspan.apiserver.Response;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * An API server with many generated pods, and Events at a given rate. {@code /load?rate=N} sets the
 * rate, {@code /load} answers with how many Events were sent. For a JVM of its own.
 */
public final class LoadServer {
  private static final long LISTED_VERSION = 1_000;

  private final int pods;
  private final AtomicLong sent = new AtomicLong();
  private volatile int perSecond;

  private LoadServer(int pods) {
    this.pods = pods;
  }

  /** Prints its URL; argument: how many pods. Runs until it is killed. */
  public static void main(String[] args) throws InterruptedException {
    LoadServer load = new LoadServer(Integer.parseInt(args[0]));
    ApiServer server = new ApiServer(LISTED_VERSION, Duration.ofMinutes(1), load::answer);
    // What is generated as it is sent would not fit the heap.
    server.serve("/api/v1/pods", "v1", "Pod");
    server.serve("/api/v1/events", "v1", "Event");
    System.out.println(server.address());
    Thread.currentThread().join();
  }

  private boolean answer(Request request, HttpExchange exchange) throws IOException {
    if (request.path().equals("/load")) {
      load(request).answer(exchange);
    } else if (request.path().equals("/api/v1/pods") && request.isList()) {
      send(exchange, out -> list(out, request));
    } else if (request.path().equals("/api/v1/events") && request.isWatch()) {
      send(exchange, out -> stream(out, Long.parseLong(request.query().get("timeoutSeconds"))));
    } else {
      return false;
    }
    return true;
  }

  private interface Body {
    void write(OutputStream out) throws IOException;
  }

  private static void send(HttpExchange exchange, Body body) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream out = new BufferedOutputStream(exchange.getResponseBody(), 1 << 16)) {
      body.write(out);
    }
  }

  private void list(OutputStream out, Request request) throws IOException {
    int from = Integer.parseInt(request.query().getOrDefault("continue", "0"));
    int to = Math.min(pods, from + Integer.parseInt(request.query().get("limit")));
    String more = to < pods ? ",\"continue\":\"" + to + '"' : "";
    write(
        out,
        "{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"%d\"%s},\"items\":["
            .formatted(LISTED_VERSION, more));
    for (int i = from; i < to; i++) {
      write(out, (i == from ? "" : ",") + GeneratedObjects.pod(i, LISTED_VERSION));
    }
    write(out, "]}");
  }

  /** Sends every 10 ms what is due by then. */
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

  private Response load(Request request) {
    String rate = request.query().get("rate");
    if (rate != null) {
      perSecond = Integer.parseInt(rate);
    }
    return Response.body(Long.toString(sent.get()));
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }
}
