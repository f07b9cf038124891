package io.kspan.quickstart.receiver;

import com.google.protobuf.InvalidProtocolBufferException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.kspan.topology.waterfall.OtlpReader;
import io.kspan.topology.waterfall.page.RecentTraces;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** {@code POST /v1/traces} of OTLP/HTTP with protobuf bodies, plain or gzip. Thread-safe. */
final class TracesEndpoint implements HttpHandler {
  private static final String PROTOBUF = "application/x-protobuf";

  /** Of the unpacked body. The default limit of OpenTelemetry Collectors is 20 MiB. */
  private static final int MAX_BODY_BYTES = 32 * 1024 * 1024;

  private final RecentTraces traces;

  TracesEndpoint(RecentTraces traces) {
    this.traces = traces;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!exchange.getRequestMethod().equals("POST")) {
        refuse(exchange, 405, "Send spans with POST");
      } else if (!header(exchange, "Content-Type").startsWith(PROTOBUF)) {
        refuse(exchange, 415, "Send " + PROTOBUF + " (OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf)");
      } else {
        receive(exchange);
      }
    }
  }

  private void receive(HttpExchange exchange) throws IOException {
    List<OtlpReader.Received> spans;
    try {
      byte[] body = body(exchange);
      if (body.length > MAX_BODY_BYTES) {
        refuse(exchange, 413, "The request is larger than " + MAX_BODY_BYTES + " bytes");
        return;
      }
      spans = OtlpReader.spans(ExportTraceServiceRequest.parseFrom(body));
    } catch (InvalidProtocolBufferException | ZipException e) {
      refuse(exchange, 400, "Not an OTLP trace request: " + e.getMessage());
      return;
    }
    traces.add(spans, System.nanoTime());
    OtlpReceiver.send(
        exchange, 200, PROTOBUF, ExportTraceServiceResponse.getDefaultInstance().toByteArray());
  }

  private static byte[] body(HttpExchange exchange) throws IOException {
    InputStream in = exchange.getRequestBody();
    if (header(exchange, "Content-Encoding").equals("gzip")) {
      in = new GZIPInputStream(in);
    }
    return in.readNBytes(MAX_BODY_BYTES + 1);
  }

  private static void refuse(HttpExchange exchange, int status, String reason) throws IOException {
    OtlpReceiver.send(exchange, status, "text/plain", reason.getBytes(StandardCharsets.UTF_8));
  }

  private static String header(HttpExchange exchange, String name) {
    String value = exchange.getRequestHeaders().getFirst(name);
    return value == null ? "" : value.toLowerCase(Locale.ROOT);
  }
}
