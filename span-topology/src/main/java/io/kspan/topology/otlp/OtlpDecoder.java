package io.kspan.topology.otlp;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;

/** Reads what {@link OtlpEncoder}, or another writer of {@code otlp_proto}, wrote. Stateless. */
public final class OtlpDecoder {
  private static final int TRACE_ID_BYTES = 16;
  private static final int SPAN_ID_BYTES = 8;

  private OtlpDecoder() {}

  /**
   * The request in {@code bytes}; it has spans, and every span has its ids.
   *
   * @throws UnreadableRequestException saying what is wrong
   */
  public static ExportTraceServiceRequest decode(byte[] bytes) {
    if (bytes == null) {
      throw new UnreadableRequestException("the record has no value", null);
    }
    ExportTraceServiceRequest request;
    try {
      request = ExportTraceServiceRequest.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new UnreadableRequestException(
          "not an OTLP ExportTraceServiceRequest: " + e.getMessage(), e);
    }
    boolean empty = true;
    for (ResourceSpans resourceSpans : request.getResourceSpansList()) {
      for (ScopeSpans scopeSpans : resourceSpans.getScopeSpansList()) {
        for (Span span : scopeSpans.getSpansList()) {
          check(span);
          empty = false;
        }
      }
    }
    if (empty) {
      throw new UnreadableRequestException("an OTLP request without spans", null);
    }
    return request;
  }

  private static void check(Span span) {
    int parent = span.getParentSpanId().size();
    if (span.getTraceId().size() != TRACE_ID_BYTES
        || span.getSpanId().size() != SPAN_ID_BYTES
        || (parent != 0 && parent != SPAN_ID_BYTES)) {
      throw new UnreadableRequestException(
          "span '"
              + span.getName()
              + "' has ids of "
              + span.getTraceId().size()
              + ", "
              + span.getSpanId().size()
              + " and (parent) "
              + parent
              + " bytes instead of 16, 8 and 8",
          null);
    }
  }
}
