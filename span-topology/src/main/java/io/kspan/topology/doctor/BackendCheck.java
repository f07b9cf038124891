package io.kspan.topology.doctor;

import com.google.protobuf.ByteString;
import io.kspan.topology.export.OtlpSender;
import io.kspan.topology.ops.CheckResult;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Whether the backend accepts a span. */
final class BackendCheck {
  private static final String NAME = "kspan-doctor";
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final int MAX_MESSAGE = 200;
  private static final int TRACE_ID_BYTES = 16;
  private static final int SPAN_ID_BYTES = 8;
  private static final String GRPC = "grpc";

  private BackendCheck() {}

  static List<CheckResult> run(CheckContext context) {
    OtlpSender backend = context.config().backend();
    String endpoint = backend.endpoint();
    if (!context.options().testSpan()) {
      return List.of(CheckResult.skipped("because of --no-test-span: " + endpoint, ""));
    }
    Optional<String> refusal = backend.refusal(request(context.nowMillis()), PATIENCE);
    return List.of(judge(endpoint, backend.protocol(), refusal));
  }

  static CheckResult judge(String endpoint, String protocol, Optional<String> refusal) {
    String where = "%s (%s)".formatted(endpoint, protocol);
    return refusal
        .map(
            message ->
                CheckResult.failed(
                    "%s did not accept a test span: %s".formatted(where, cut(message)),
                    remedy(endpoint, protocol, message)))
        .orElseGet(
            () ->
                CheckResult.ok(
                    "%s accepted a test span, service.name %s; if the backend does not show it, its own log says why"
                        .formatted(where, NAME)));
  }

  private static String remedy(String endpoint, String protocol, String message) {
    if (protocol.equals(GRPC) && endpoint.endsWith(":4318")) {
      return "4318 is the port of OTLP over HTTP: set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf";
    }
    if (!protocol.equals(GRPC) && endpoint.matches(".*:4317(/.*)?")) {
      return "4317 is the port of OTLP over gRPC: set OTEL_EXPORTER_OTLP_PROTOCOL=grpc";
    }
    if (protocol.equals(GRPC) && message.contains("FRAME_SIZE_ERROR")) {
      return "what answers there does not speak gRPC: set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf";
    }
    if (message.matches("(?s)(HTTP 40[13]|gRPC (UNAUTHENTICATED|PERMISSION_DENIED)).*")) {
      return "give the backend's API key or tenant in OTEL_EXPORTER_OTLP_HEADERS, as name=value";
    }
    if (message.matches("(?s)(HTTP 40[45]|gRPC UNIMPLEMENTED).*")) {
      return "nothing takes traces there: OTEL_EXPORTER_OTLP_ENDPOINT is the base URL, to which"
          + " /v1/traces is added; OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is taken as it is";
    }
    if (message.matches("(?s)(HTTP 4|gRPC INVALID_ARGUMENT).*")) {
      return "the backend refuses the span for good: its own log says why";
    }
    return "start the backend, or correct OTEL_EXPORTER_OTLP_ENDPOINT (or ..._TRACES_ENDPOINT, which"
        + " wins) and OTEL_EXPORTER_OTLP_PROTOCOL; for https with a private authority"
        + " OTEL_EXPORTER_OTLP_CERTIFICATE";
  }

  /** A wrong address can answer with a whole page. */
  private static String cut(String message) {
    return message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE) + "...";
  }

  private static ExportTraceServiceRequest request(long nowMillis) {
    long now = TimeUnit.MILLISECONDS.toNanos(nowMillis);
    Span span =
        Span.newBuilder()
            .setTraceId(random(TRACE_ID_BYTES))
            .setSpanId(random(SPAN_ID_BYTES))
            .setName(NAME)
            .setKind(Span.SpanKind.SPAN_KIND_INTERNAL)
            .setStartTimeUnixNano(now)
            .setEndTimeUnixNano(now + TimeUnit.MILLISECONDS.toNanos(1))
            .build();
    KeyValue service =
        KeyValue.newBuilder()
            .setKey("service.name")
            .setValue(AnyValue.newBuilder().setStringValue(NAME))
            .build();
    return ExportTraceServiceRequest.newBuilder()
        .addResourceSpans(
            ResourceSpans.newBuilder()
                .setResource(Resource.newBuilder().addAttributes(service))
                .addScopeSpans(ScopeSpans.newBuilder().addSpans(span)))
        .build();
  }

  private static ByteString random(int length) {
    byte[] bytes = new byte[length];
    ThreadLocalRandom.current().nextBytes(bytes);
    // All zeros would be no id.
    bytes[0] = 1;
    return ByteString.copyFrom(bytes);
  }
}
