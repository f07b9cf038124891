package io.kspan.topology.waterfall;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import com.google.protobuf.ByteString;
import io.kspan.topology.model.Attributes;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Reads spans and traces from OTLP requests. Stateless. */
public final class OtlpReader {

  /** A span with the id of its trace. */
  public record Received(String traceId, ReceivedSpan span) {}

  private OtlpReader() {}

  /** The traces of {@code requests}, in the order of their starts. */
  public static List<ReceivedTrace> traces(Collection<ExportTraceServiceRequest> requests) {
    Map<String, List<ReceivedSpan>> byTrace =
        requests.stream()
            .flatMap(request -> spans(request).stream())
            .collect(groupingBy(Received::traceId, mapping(Received::span, toList())));
    return byTrace.entrySet().stream()
        .map(trace -> new ReceivedTrace(trace.getKey(), trace.getValue()))
        .sorted(
            Comparator.comparingLong(ReceivedTrace::startEpochNanos)
                .thenComparing(ReceivedTrace::traceId))
        .toList();
  }

  /** The spans of {@code request}, in its order. */
  public static List<Received> spans(ExportTraceServiceRequest request) {
    List<Received> spans = new ArrayList<>();
    for (ResourceSpans resourceSpans : request.getResourceSpansList()) {
      Attributes resource = attributes(resourceSpans.getResource().getAttributesList());
      for (ScopeSpans scopeSpans : resourceSpans.getScopeSpansList()) {
        for (Span span : scopeSpans.getSpansList()) {
          spans.add(new Received(hex(span.getTraceId()), received(span, resource)));
        }
      }
    }
    return spans;
  }

  private static ReceivedSpan received(Span span, Attributes resource) {
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
            .map(
                link ->
                    new ReceivedSpan.Link(
                        hex(link.getTraceId()),
                        hex(link.getSpanId()),
                        attributes(link.getAttributesList())))
            .toList());
  }

  private static Attributes attributes(List<KeyValue> pairs) {
    Attributes.Builder attributes = new Attributes.Builder();
    // Names are the same in nearly all spans, and a page keeps many spans.
    pairs.forEach(pair -> attributes.put(pair.getKey().intern(), value(pair.getValue())));
    return attributes.build();
  }

  private static Object value(AnyValue value) {
    return switch (value.getValueCase()) {
      case STRING_VALUE -> value.getStringValue();
      case INT_VALUE -> value.getIntValue();
      case DOUBLE_VALUE -> value.getDoubleValue();
      case BOOL_VALUE -> value.getBoolValue();
      case ARRAY_VALUE ->
          value.getArrayValue().getValuesList().stream().map(OtlpReader::value).toList();
      case KVLIST_VALUE -> attributes(value.getKvlistValue().getValuesList()).toString();
      case BYTES_VALUE -> hex(value.getBytesValue());
      default -> "";
    };
  }

  private static String hex(ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }
}
