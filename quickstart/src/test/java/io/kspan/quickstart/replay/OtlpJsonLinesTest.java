package io.kspan.quickstart.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.otlp.MadeUpRequests;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.io.IOException;
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
    return MadeUpRequests.request(
        MadeUpRequests.span(
                TRACE, SPAN, PARENT, "Pod.BackOff", 1544712660000000000L, 1544712661000000000L)
            .setKind(SpanKind.SPAN_KIND_INTERNAL)
            .addAttributes(
                MadeUpRequests.attribute("k8s.event.count", AnyValue.newBuilder().setIntValue(3)))
            .addLinks(
                Span.Link.newBuilder()
                    .setTraceId(MadeUpRequests.bytes(TRACE))
                    .setSpanId(MadeUpRequests.bytes(PARENT)))
            .setStatus(
                Status.newBuilder().setCode(StatusCode.STATUS_CODE_ERROR).setMessage("a\nb")));
  }
}
