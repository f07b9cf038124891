package io.kspan.topology.otlp;

import com.google.protobuf.ByteString;
import io.kspan.topology.model.FinishedSpan;
import io.kspan.topology.model.FinishedTrace;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.SpanFlags;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;

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
            .setTraceId(id(trace.traceId(), 16))
            .setSpanId(id(finished.spanId(), 8))
            .setFlags(SAMPLED | IS_REMOTE_KNOWN | (hasRemoteParent ? IS_REMOTE : 0))
            .setTraceState(trace.parent() == null ? "" : trace.parent().state())
            .setName(finished.name())
            .setKind(Span.SpanKind.SPAN_KIND_INTERNAL)
            .setStartTimeUnixNano(finished.startEpochNanos())
            .setEndTimeUnixNano(finished.endEpochNanos())
            .addAllAttributes(attributes(finished.attributes()));
    if (!finished.parentSpanId().isEmpty()) {
      span.setParentSpanId(id(finished.parentSpanId(), 8));
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

  static Resource resource(SortedMap<String, Object> attributes) {
    return Resource.newBuilder().addAllAttributes(attributes(attributes)).build();
  }

  private static Span.Link link(FinishedSpan.SpanLink link) {
    return Span.Link.newBuilder()
        .setTraceId(id(link.traceId(), 16))
        .setSpanId(id(link.spanId(), 8))
        // Another trace, maybe another program's.
        .setFlags(link.to().flags() | IS_REMOTE_KNOWN | IS_REMOTE)
        .setTraceState(link.to().state())
        .addAllAttributes(attributes(link.attributes()))
        .build();
  }

  private static List<KeyValue> attributes(SortedMap<String, Object> attributes) {
    List<KeyValue> pairs = new ArrayList<>(attributes.size());
    attributes.forEach(
        (key, value) ->
            pairs.add(KeyValue.newBuilder().setKey(key).setValue(value(key, value)).build()));
    return pairs;
  }

  private static AnyValue value(String key, Object value) {
    AnyValue.Builder any = AnyValue.newBuilder();
    if (value instanceof String text) {
      any.setStringValue(text);
    } else if (value instanceof Long number) {
      any.setIntValue(number);
    } else if (value instanceof Boolean flag) {
      any.setBoolValue(flag);
    } else if (value instanceof Double number) {
      any.setDoubleValue(number);
    } else if (value instanceof List<?> list) {
      ArrayValue.Builder array = ArrayValue.newBuilder();
      list.forEach(element -> array.addValues(value(key, element)));
      any.setArrayValue(array);
    } else {
      throw new IllegalArgumentException(
          "attribute " + key + " is a " + value.getClass().getName() + ", which OTLP has not");
    }
    return any.build();
  }

  private static ByteString id(String hex, int bytes) {
    if (hex.length() != 2 * bytes) {
      throw new IllegalArgumentException(
          "id '" + hex + "' has " + hex.length() + " digits instead of " + 2 * bytes);
    }
    return ByteString.copyFrom(HexFormat.of().parseHex(hex));
  }
}
