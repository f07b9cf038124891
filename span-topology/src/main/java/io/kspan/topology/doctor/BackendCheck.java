package io.kspan.topology.doctor;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.kspan.topology.export.OtlpSender;
import io.kspan.topology.ops.CheckResult;
import io.kspan.topology.otlp.Signal;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.logs.v1.SeverityNumber;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Whether the backend accepts a span, and with {@code logs.enabled} a log record. */
final class BackendCheck {
  private static final String NAME = "kspan-doctor";
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final int MAX_MESSAGE = 200;
  private static final int TRACE_ID_BYTES = 16;
  private static final int SPAN_ID_BYTES = 8;
  private static final String GRPC = "grpc";

  private BackendCheck() {}

  static List<CheckResult> run(CheckContext context) {
    List<CheckResult> results = new ArrayList<>();
    context
        .config()
        .backends()
        .forEach((signal, backend) -> results.add(run(context, signal, backend)));
    return results;
  }

  private static CheckResult run(CheckContext context, Signal signal, OtlpSender backend) {
    String endpoint = backend.endpoint();
    if (!context.options().testSpan()) {
      return CheckResult.skipped("because of --no-test-span: " + endpoint, "");
    }
    long now = TimeUnit.MILLISECONDS.toNanos(context.nowMillis());
    MessageLite request = signal == Signal.TRACES ? span(now) : log(now);
    return judge(signal, endpoint, backend.protocol(), backend.refusal(request, PATIENCE));
  }

  static CheckResult judge(
      Signal signal, String endpoint, String protocol, Optional<String> refusal) {
    String where = "%s (%s)".formatted(endpoint, protocol);
    return refusal
        .map(
            message ->
                CheckResult.failed(
                    "%s did not accept a test %s: %s".formatted(where, signal.item(), cut(message)),
                    remedy(signal, endpoint, protocol, message)))
        .orElseGet(
            () ->
                CheckResult.ok(
                    "%s accepted a test %s, service.name %s; if the backend does not show it, its own log says why"
                        .formatted(where, signal.item(), NAME)));
  }

  private static String remedy(Signal signal, String endpoint, String protocol, String message) {
    String variable = signal.name() + "_ENDPOINT";
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
      return "nothing takes %s there: OTEL_EXPORTER_OTLP_ENDPOINT is the base URL, to which /v1/%s is added; OTEL_EXPORTER_OTLP_%s is taken as it is"
          .formatted(signal, signal, variable);
    }
    if (message.matches("(?s)(HTTP 4|gRPC INVALID_ARGUMENT).*")) {
      return "the backend refuses the %s for good: its own log says why".formatted(signal.item());
    }
    return "start the backend, or correct OTEL_EXPORTER_OTLP_ENDPOINT (or ..._"
        + variable
        + ", which wins) and OTEL_EXPORTER_OTLP_PROTOCOL; for https with a private authority"
        + " OTEL_EXPORTER_OTLP_CERTIFICATE";
  }

  /** A wrong address can answer with a whole page. */
  private static String cut(String message) {
    return message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE) + "...";
  }

  private static MessageLite span(long nowNanos) {
    Span span =
        Span.newBuilder()
            .setTraceId(random(TRACE_ID_BYTES))
            .setSpanId(random(SPAN_ID_BYTES))
            .setName(NAME)
            .setKind(Span.SpanKind.SPAN_KIND_INTERNAL)
            .setStartTimeUnixNano(nowNanos)
            .setEndTimeUnixNano(nowNanos + TimeUnit.MILLISECONDS.toNanos(1))
            .build();
    return ExportTraceServiceRequest.newBuilder()
        .addResourceSpans(
            ResourceSpans.newBuilder()
                .setResource(resource())
                .addScopeSpans(ScopeSpans.newBuilder().addSpans(span)))
        .build();
  }

  private static MessageLite log(long nowNanos) {
    LogRecord log =
        LogRecord.newBuilder()
            .setTimeUnixNano(nowNanos)
            .setObservedTimeUnixNano(nowNanos)
            .setSeverityNumber(SeverityNumber.SEVERITY_NUMBER_INFO)
            .setBody(AnyValue.newBuilder().setStringValue(NAME))
            .build();
    return ExportLogsServiceRequest.newBuilder()
        .addResourceLogs(
            ResourceLogs.newBuilder()
                .setResource(resource())
                .addScopeLogs(ScopeLogs.newBuilder().addLogRecords(log)))
        .build();
  }

  private static Resource resource() {
    return Resource.newBuilder()
        .addAttributes(
            KeyValue.newBuilder()
                .setKey("service.name")
                .setValue(AnyValue.newBuilder().setStringValue(NAME)))
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
