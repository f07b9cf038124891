package io.kspan.testsupport.otlp;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.zip.GZIPInputStream;

/** An OTLP/HTTP backend that answers as the test says and keeps what it accepted. Thread-safe. */
public final class OtlpBackend implements AutoCloseable {
  public final Queue<ResourceSpans> accepted = new ConcurrentLinkedQueue<>();
  public final Queue<ResourceLogs> acceptedLogs = new ConcurrentLinkedQueue<>();
  public final Map<String, String> lastHeaders = new ConcurrentHashMap<>();
  public final Queue<Integer> sizes = new ConcurrentLinkedQueue<>();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private volatile ToIntFunction<ExportTraceServiceRequest> status = request -> 200;
  private volatile int logsStatus = 200;
  private volatile Function<ExportTraceServiceRequest, ExportTraceServiceResponse> response =
      request -> ExportTraceServiceResponse.getDefaultInstance();

  /** On {@code port}, 0 for any. */
  public OtlpBackend(int port) throws IOException {
    this(
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0),
        "/v1/traces");
    server.createContext("/v1/logs", this::handleLogs);
  }

  public OtlpBackend(HttpServer server, String path) {
    this.server = server;
    server.setExecutor(threads);
    server.createContext(path, this::handle);
    server.start();
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /** Its address. */
  public String url() {
    return "http://127.0.0.1:" + port();
  }

  public void answerWith(ToIntFunction<ExportTraceServiceRequest> newStatus) {
    status = newStatus;
  }

  public void answerLogsWith(int newStatus) {
    logsStatus = newStatus;
  }

  /** The response to requests that it accepts. */
  public void respondWith(
      Function<ExportTraceServiceRequest, ExportTraceServiceResponse> newResponse) {
    response = newResponse;
  }

  public static ExportTraceServiceResponse partialSuccess(long rejected, String message) {
    return ExportTraceServiceResponse.newBuilder()
        .setPartialSuccess(
            ExportTracePartialSuccess.newBuilder()
                .setRejectedSpans(rejected)
                .setErrorMessage(message))
        .build();
  }

  /** {@code traceId/spanId} of everything accepted, as often as it was. */
  public List<String> spans() {
    return accepted.stream()
        .flatMap(resource -> resource.getScopeSpansList().stream())
        .flatMap(scope -> scope.getSpansList().stream())
        .map(OtlpBackend::ids)
        .toList();
  }

  /** The same of all log records. */
  public List<String> logs() {
    return acceptedLogs.stream()
        .flatMap(resource -> resource.getScopeLogsList().stream())
        .flatMap(scope -> scope.getLogRecordsList().stream())
        .map(log -> ids(log.getTraceId(), log.getSpanId()))
        .toList();
  }

  public static String ids(Span span) {
    return ids(span.getTraceId(), span.getSpanId());
  }

  private static String ids(ByteString traceId, ByteString spanId) {
    HexFormat hex = HexFormat.of();
    return hex.formatHex(traceId.toByteArray()) + "/" + hex.formatHex(spanId.toByteArray());
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange
          .getRequestHeaders()
          .forEach(
              (name, values) ->
                  lastHeaders.put(name.toLowerCase(java.util.Locale.ROOT), values.get(0)));
      byte[] received = body(exchange);
      sizes.add(received.length);
      ExportTraceServiceRequest request = ExportTraceServiceRequest.parseFrom(received);
      int answer = status.applyAsInt(request);
      if (answer == 200) {
        accepted.addAll(request.getResourceSpansList());
      }
      byte[] text =
          answer == 200
              ? response.apply(request).toByteArray()
              : "no".getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(answer, text.length == 0 ? -1 : text.length);
      if (text.length > 0) {
        exchange.getResponseBody().write(text);
      }
    }
  }

  private void handleLogs(HttpExchange exchange) throws IOException {
    try (exchange) {
      ExportLogsServiceRequest request = ExportLogsServiceRequest.parseFrom(body(exchange));
      int answer = logsStatus;
      if (answer == 200) {
        acceptedLogs.addAll(request.getResourceLogsList());
      }
      exchange.sendResponseHeaders(answer, -1);
    }
  }

  private static byte[] body(HttpExchange exchange) throws IOException {
    InputStream body = exchange.getRequestBody();
    boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
    return (zipped ? new GZIPInputStream(body) : body).readAllBytes();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
