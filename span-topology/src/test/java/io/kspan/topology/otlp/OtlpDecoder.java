package io.kspan.topology.otlp;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.HexFormat;
import java.util.stream.Stream;

/** Parses requests for tests. */
public final class OtlpDecoder {
  private OtlpDecoder() {}

  public static ExportTraceServiceRequest decode(byte[] request) {
    try {
      return ExportTraceServiceRequest.parseFrom(request);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  public static Stream<Span> spans(byte[] request) {
    return spans(decode(request));
  }

  public static Stream<Span> spans(ExportTraceServiceRequest request) {
    return request.getResourceSpansList().stream()
        .flatMap(resource -> resource.getScopeSpansList().stream())
        .flatMap(scope -> scope.getSpansList().stream());
  }

  public static Stream<LogRecord> logs(byte[] request) {
    try {
      return ExportLogsServiceRequest.parseFrom(request).getResourceLogsList().stream()
          .flatMap(resource -> resource.getScopeLogsList().stream())
          .flatMap(scope -> scope.getLogRecordsList().stream());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  /** {@code traceId/spanId}. */
  public static String ids(LogRecord log) {
    return ids(log.getTraceId(), log.getSpanId());
  }

  /** The same. */
  public static String ids(Span span) {
    return ids(span.getTraceId(), span.getSpanId());
  }

  private static String ids(ByteString traceId, ByteString spanId) {
    HexFormat hex = HexFormat.of();
    return hex.formatHex(traceId.toByteArray()) + "/" + hex.formatHex(spanId.toByteArray());
  }

  /** The attribute as text, empty when there is none. */
  public static String text(Span span, String attribute) {
    return span.getAttributesList().stream()
        .filter(one -> one.getKey().equals(attribute))
        .map(one -> one.getValue().getStringValue())
        .findFirst()
        .orElse("");
  }
}
