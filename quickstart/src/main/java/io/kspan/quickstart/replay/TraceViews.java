package io.kspan.quickstart.replay;

import com.google.protobuf.ByteString;
import io.kspan.quickstart.receiver.ReceivedSpan;
import io.kspan.quickstart.receiver.ReceivedTrace;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The spans of a replay as traces that can be drawn, in order of their starts. Thread-safe. */
public final class TraceViews {

  private TraceViews() {}

  /** All traces of {@code log}. */
  public static List<ReceivedTrace> of(SpanLog log) {
    Map<String, List<ReceivedSpan>> traces = new LinkedHashMap<>();
    for (ExportTraceServiceRequest request : log.requests()) {
      for (ResourceSpans resourceSpans : request.getResourceSpansList()) {
        SortedMap<String, Object> resource =
            attributes(resourceSpans.getResource().getAttributesList());
        resourceSpans.getScopeSpansList().stream()
            .flatMap(scope -> scope.getSpansList().stream())
            .forEach(
                span ->
                    traces
                        .computeIfAbsent(hex(span.getTraceId()), id -> new ArrayList<>())
                        .add(view(span, resource)));
      }
    }
    return traces.entrySet().stream()
        .map(trace -> new ReceivedTrace(trace.getKey(), trace.getValue()))
        .sorted(
            Comparator.comparingLong(ReceivedTrace::startEpochNanos)
                .thenComparing(ReceivedTrace::traceId))
        .toList();
  }

  private static ReceivedSpan view(Span span, SortedMap<String, Object> resource) {
    return new ReceivedSpan(
        hex(span.getSpanId()),
        hex(span.getParentSpanId()),
        span.getName(),
        span.getStartTimeUnixNano(),
        span.getEndTimeUnixNano(),
        span.getStatus().getCode() == StatusCode.STATUS_CODE_ERROR,
        span.getStatus().getMessage(),
        attributes(span.getAttributesList()),
        resource,
        span.getLinksList().stream()
            .map(link -> new ReceivedSpan.Link(hex(link.getTraceId()), hex(link.getSpanId())))
            .toList());
  }

  private static SortedMap<String, Object> attributes(List<KeyValue> pairs) {
    SortedMap<String, Object> attributes = new TreeMap<>();
    pairs.forEach(pair -> attributes.put(pair.getKey(), value(pair.getValue())));
    return attributes;
  }

  private static Object value(AnyValue value) {
    return switch (value.getValueCase()) {
      case STRING_VALUE -> value.getStringValue();
      case INT_VALUE -> value.getIntValue();
      case DOUBLE_VALUE -> value.getDoubleValue();
      case BOOL_VALUE -> value.getBoolValue();
      case ARRAY_VALUE ->
          value.getArrayValue().getValuesList().stream().map(TraceViews::value).toList();
      default -> "";
    };
  }

  private static String hex(ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }
}
