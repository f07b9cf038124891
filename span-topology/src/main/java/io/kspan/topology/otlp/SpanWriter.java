package io.kspan.topology.otlp;

import io.kspan.topology.model.FinishedSpan;
import io.kspan.topology.model.FinishedTrace;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.SpanFlags;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;

/** One finished span as an OTLP span. Stateless. */
final class SpanWriter {
  /**
   * Sampled: every span that reaches the topic is meant to be kept, and backends that look at the
   * W3C flag would drop an unsampled one.
   */
  private static final int SAMPLED = 0x01;

  private static final int IS_REMOTE_KNOWN = SpanFlags.SPAN_FLAGS_CONTEXT_HAS_IS_REMOTE_MASK_VALUE;
  private static final int IS_REMOTE = SpanFlags.SPAN_FLAGS_CONTEXT_IS_REMOTE_MASK_VALUE;

  private SpanWriter() {}

  static Span write(FinishedTrace trace, FinishedSpan finished) {
    boolean hasRemoteParent = trace.parent() != null && finished == trace.root();
    Span.Builder span =
        Span.newBuilder()
            .setTraceId(OtlpValues.id(trace.traceId(), 16))
            .setSpanId(OtlpValues.id(finished.spanId(), 8))
            .setFlags(SAMPLED | IS_REMOTE_KNOWN | (hasRemoteParent ? IS_REMOTE : 0))
            .setTraceState(trace.parent() == null ? "" : trace.parent().state())
            .setName(finished.name())
            .setKind(Span.SpanKind.SPAN_KIND_INTERNAL)
            .setStartTimeUnixNano(finished.startEpochNanos())
            .setEndTimeUnixNano(finished.endEpochNanos())
            .addAllAttributes(OtlpValues.attributes(finished.attributes()));
    if (!finished.parentSpanId().isEmpty()) {
      span.setParentSpanId(OtlpValues.id(finished.parentSpanId(), 8));
    }
    for (FinishedSpan.SpanLink link : finished.links()) {
      span.addLinks(link(link));
    }
    if (finished.error()) {
      span.setStatus(
          Status.newBuilder()
              .setCode(StatusCode.STATUS_CODE_ERROR)
              .setMessage(finished.errorDescription()));
    }
    return span.build();
  }

  private static Span.Link link(FinishedSpan.SpanLink link) {
    return Span.Link.newBuilder()
        .setTraceId(OtlpValues.id(link.traceId(), 16))
        .setSpanId(OtlpValues.id(link.spanId(), 8))
        // Another trace, maybe another program's.
        .setFlags(link.to().flags() | IS_REMOTE_KNOWN | IS_REMOTE)
        .setTraceState(link.to().state())
        .addAllAttributes(OtlpValues.attributes(link.attributes()))
        .build();
  }
}
