package io.kspan.topology.waterfall;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads OTLP export requests. Stateless. */
public final class OtlpRequest {

  /** A span and the trace it belongs to. */
  public record Received(String traceId, ReceivedSpan span) {}

  private OtlpRequest() {}

  /**
   * The spans of the request, in its order.
   *
   * @throws InvalidProtocolBufferException when {@code body} is no such request
   */
  public static List<Received> parse(byte[] body) throws InvalidProtocolBufferException {
    return spans(ExportTraceServiceRequest.parseFrom(body));
  }

  /** The spans of {@code request}, in its order. */
  public static List<Received> spans(ExportTraceServiceRequest request) {
    List<Received> spans = new ArrayList<>();
    for (ResourceSpans resourceSpans : request.getResourceSpansList()) {
      SortedMap<String, Object> resource =
          attributes(resourceSpans.getResource().getAttributesList());
      for (ScopeSpans scopeSpans : resourceSpans.getScopeSpansList()) {
        for (Span span : scopeSpans.getSpansList()) {
          spans.add(new Received(hex(span.getTraceId()), received(span, resource)));
        }
      }
    }
    return spans;
  }

  private static ReceivedSpan received(Span span, SortedMap<String, Object> resource) {
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
          value.getArrayValue().getValuesList().stream().map(OtlpRequest::value).toList();
      case KVLIST_VALUE -> attributes(value.getKvlistValue().getValuesList()).toString();
      case BYTES_VALUE -> hex(value.getBytesValue());
      default -> "";
    };
  }

  private static String hex(ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }
}
