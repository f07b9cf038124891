package io.kspan.quickstart.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class OtlpJsonLinesTest {

  private static final String TRACE = "5b8efff798038103d269b633813fc60c";
  private static final String SPAN = "eee19b7ec3c1b174";
  private static final String PARENT = "eee19b7ec3c1b173";

  @Test
  void shouldWriteIdsAsHexEnumsAsNumbersAndLongsAsText() throws IOException {
    assertThat(OtlpJsonLines.of(request()))
        .isEqualTo(
            "{\"resourceSpans\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":{\"stringValue\":\"kubelet\"}}]},"
                + "\"scopeSpans\":[{\"spans\":[{\"traceId\":\""
                + TRACE
                + "\",\"spanId\":\""
                + SPAN
                + "\",\"parentSpanId\":\""
                + PARENT
                + "\",\"name\":\"Pod.BackOff\",\"kind\":1,\"startTimeUnixNano\":\"1544712660000000000\",\"endTimeUnixNano\":\"1544712661000000000\","
                + "\"attributes\":[{\"key\":\"k8s.event.count\",\"value\":{\"intValue\":\"3\"}}],"
                + "\"links\":[{\"traceId\":\""
                + TRACE
                + "\",\"spanId\":\""
                + PARENT
                + "\"}],\"status\":{\"message\":\"a\\nb\",\"code\":2}}]}]}]}");
  }

  private static ExportTraceServiceRequest request() {
    Span span =
        Span.newBuilder()
            .setTraceId(bytes(TRACE))
            .setSpanId(bytes(SPAN))
            .setParentSpanId(bytes(PARENT))
            .setName("Pod.BackOff")
            .setKind(SpanKind.SPAN_KIND_INTERNAL)
            .setStartTimeUnixNano(1544712660000000000L)
            .setEndTimeUnixNano(1544712661000000000L)
            .addAttributes(
                KeyValue.newBuilder()
                    .setKey("k8s.event.count")
                    .setValue(AnyValue.newBuilder().setIntValue(3)))
            .addLinks(Span.Link.newBuilder().setTraceId(bytes(TRACE)).setSpanId(bytes(PARENT)))
            .setStatus(Status.newBuilder().setCode(StatusCode.STATUS_CODE_ERROR).setMessage("a\nb"))
            .build();
    return ExportTraceServiceRequest.newBuilder()
        .addResourceSpans(
            ResourceSpans.newBuilder()
                .setResource(
                    Resource.newBuilder()
                        .addAttributes(
                            KeyValue.newBuilder()
                                .setKey("service.name")
                                .setValue(AnyValue.newBuilder().setStringValue("kubelet"))))
                .addScopeSpans(ScopeSpans.newBuilder().addSpans(span)))
        .build();
  }

  private static ByteString bytes(String hex) {
    return ByteString.copyFrom(HexFormat.of().parseHex(hex));
  }
}
