package io.kspan.testsupport.otlp;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.HexFormat;

/** OTLP requests for tests. Stateless. */
public final class MadeUpRequests {
  private MadeUpRequests() {}

  /** A span with ids in hex; {@code parent} is empty for a root. Times in nanoseconds. */
  public static Span.Builder span(
      String trace, String id, String parent, String name, long start, long end) {
    return Span.newBuilder()
        .setTraceId(bytes(trace))
        .setSpanId(bytes(id))
        .setParentSpanId(bytes(parent))
        .setName(name)
        .setStartTimeUnixNano(start)
        .setEndTimeUnixNano(end);
  }

  /** A request with spans of the service {@code kubelet}. */
  public static ExportTraceServiceRequest request(Span.Builder... spans) {
    ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
    var resource = request.addResourceSpansBuilder();
    resource
        .getResourceBuilder()
        .addAttributes(attribute("service.name", AnyValue.newBuilder().setStringValue("kubelet")));
    var scope = resource.addScopeSpansBuilder();
    for (Span.Builder span : spans) {
      scope.addSpans(span);
    }
    return request.build();
  }

  public static KeyValue attribute(String key, AnyValue.Builder value) {
    return KeyValue.newBuilder().setKey(key).setValue(value).build();
  }

  /** The bytes of an id in hex. */
  public static ByteString bytes(String hex) {
    return ByteString.copyFrom(HexFormat.of().parseHex(hex));
  }
}
