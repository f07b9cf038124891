package io.kspan.topology.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kspan.topology.model.Attributes;
import io.kspan.topology.model.FinishedSpan;
import io.kspan.topology.model.FinishedTrace;
import io.kspan.topology.model.TraceContext;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OtlpEncoderTest {
  private final OtlpEncoder encoder = new OtlpEncoder(OtlpEncoder.DEFAULT_MAX_BYTES, "1.2.3");

  @Test
  void shouldWriteEverythingASpanSays() {
    FinishedSpan span =
        new FinishedSpan(
            "00000000000000a1",
            "00000000000000b2",
            "Pod.BackOff",
            Traces.START,
            Traces.START + 5,
            Attributes.copyOf(Map.of("z", List.of("1", "2"), "a", 1L, "m", 2.5, "b", false)),
            true,
            "Back-off",
            List.of(
                new FinishedSpan.SpanLink(
                    "4bf92f3577b34da6a3ce929d0e0e4736", "00000000000000c3", Attributes.NONE)),
            Attributes.copyOf(Map.of("service.name", "kubelet")));

    ResourceSpans written =
        only(encoder.encode(new FinishedTrace("4bf92f3577b34da6a3ce929d0e0e4736", List.of(span))))
            .getResourceSpans(0);

    assertThat(written.getScopeSpans(0).getScope().getName()).isEqualTo("io.kspan.topology");
    assertThat(written.getScopeSpans(0).getScope().getVersion()).isEqualTo("1.2.3");
    assertThat(written.getSchemaUrl()).startsWith("https://opentelemetry.io/schemas/1.");
    assertThat(written.getScopeSpans(0).getSchemaUrl()).isEqualTo(written.getSchemaUrl());
    Span otlp = written.getScopeSpans(0).getSpans(0);
    assertThat(otlp.getAttributesList())
        .extracting(a -> a.getKey())
        .containsExactly("a", "b", "m", "z");
    assertThat(otlp.getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_ERROR);
    assertThat(otlp.getStatus().getMessage()).isEqualTo("Back-off");
    assertThat(otlp.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_INTERNAL);
    assertThat(otlp.getFlags()).isEqualTo(0x101);
    assertThat(otlp.getLinks(0).getFlags()).isEqualTo(0x300);
  }

  /** Sampled or not, and with its state, as the annotation says. */
  @Test
  void shouldKeepTheTraceContextOfAnotherProgram() {
    TraceContext to = new TraceContext("ab".repeat(16), "cd".repeat(8), 3, "vendor=1");
    FinishedSpan root = Traces.span(1, 0, "kubelet", "");
    FinishedSpan child =
        new FinishedSpan(
            "00000000000000a1",
            root.spanId(),
            "n",
            0,
            0,
            Attributes.NONE,
            false,
            "",
            List.of(new FinishedSpan.SpanLink(to, Attributes.NONE)),
            root.resource());

    List<Span> spans =
        only(encoder.encode(new FinishedTrace("ab".repeat(16), List.of(root, child), to)))
            .getResourceSpans(0)
            .getScopeSpans(0)
            .getSpansList();

    assertThat(spans).extracting(Span::getTraceState).containsOnly("vendor=1");
    assertThat(spans).extracting(Span::getFlags).containsExactly(0x301, 0x101);
    assertThat(spans.get(1).getLinks(0).getTraceState()).isEqualTo("vendor=1");
    assertThat(spans.get(1).getLinks(0).getFlags()).isEqualTo(0x303);
  }

  @Test
  void shouldLeaveTheStatusUnsetWithoutError() {
    FinishedTrace trace = Traces.trace(1, 1, 5);
    Span span = only(encoder.encode(trace)).getResourceSpans(0).getScopeSpans(0).getSpans(0);
    assertThat(span.hasStatus()).isFalse();
    assertThat(span.getParentSpanId().isEmpty()).isTrue();
  }

  @Test
  void shouldSendASpanAboveTheBoundAlone() {
    List<byte[]> requests = new OtlpEncoder(1_000, "1").encode(Traces.trace(1, 3, 5_000));
    assertThat(requests).hasSize(3);
  }

  @Test
  void shouldKnowItsVersion() {
    assertThat(OtlpEncoder.versionOfThisBuild()).matches("\\d+\\.\\d+.*");
  }

  @Test
  void shouldRejectWhatOtlpCannotSay() {
    FinishedSpan odd = Traces.span(1, 0, "kubelet", "m");
    Attributes attributes = Attributes.copyOf(Map.of("count", 1));
    FinishedSpan wrong =
        new FinishedSpan(
            odd.spanId(), "", "n", 0, 0, attributes, false, "", List.of(), Attributes.NONE);
    assertThatThrownBy(() -> encoder.encode(new FinishedTrace("ab".repeat(16), List.of(wrong))))
        .hasMessageContaining("attribute count is a java.lang.Integer");
    assertThatThrownBy(() -> encoder.encode(new FinishedTrace("abc", List.of(odd))))
        .hasMessageContaining("id 'abc' has 3 digits instead of 32");
  }

  private static ExportTraceServiceRequest only(List<byte[]> requests) {
    assertThat(requests).hasSize(1);
    return OtlpDecoder.decode(requests.get(0));
  }
}
