package io.kspan.topology.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.topology.model.FinishedSpan;
import io.kspan.topology.model.FinishedTrace;
import io.kspan.topology.otlp.OtlpEncoder;
import io.kspan.topology.otlp.Traces;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.exporter.internal.otlp.traces.TraceRequestMarshaler;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SpanReaderTest {
  private final SpanReader reader = new SpanReader();

  @Test
  void shouldShareEqualResources() {
    List<SpanData> first = reader.read(encode(Traces.trace(1, 3, 5)));
    List<SpanData> second = reader.read(encode(Traces.trace(2, 1, 5)));
    assertThat(second.get(0).getResource()).isSameAs(first.get(0).getResource());
    assertThat(first.get(2).getResource()).isNotSameAs(first.get(0).getResource());
  }

  @Test
  void shouldReadWhatASpanSays() {
    SpanData span = reader.read(encode(new FinishedTrace("ab".repeat(16), List.of(rich())))).get(0);
    assertThat(span.getTraceId()).isEqualTo("ab".repeat(16));
    assertThat(span.getParentSpanId()).isEqualTo("00000000000000b2");
    assertThat(span.getParentSpanContext().isRemote()).isFalse();
    assertThat(span.getSpanContext().isSampled()).isTrue();
    assertThat(span.getKind()).isEqualTo(SpanKind.INTERNAL);
    assertThat(span.getStatus()).isEqualTo(StatusData.create(StatusCode.ERROR, "Back-off"));
    assertThat(span.getAttributes().get(AttributeKey.stringArrayKey("list")))
        .containsExactly("1", "2");
    assertThat(span.getLinks().get(0).getSpanContext().isRemote()).isTrue();
    assertThat(span.getInstrumentationScopeInfo().getName()).isEqualTo("io.kspan.topology");
  }

  @Test
  void shouldReachTheBackendAsItIsInTheTopic() throws IOException {
    byte[] inTopic = encode(new FinishedTrace("ab".repeat(16), List.of(rich())));
    ByteArrayOutputStream exported = new ByteArrayOutputStream();
    TraceRequestMarshaler.create(reader.read(inTopic)).writeBinaryTo(exported);
    assertThat(ExportTraceServiceRequest.parseFrom(exported.toByteArray()))
        .isEqualTo(ExportTraceServiceRequest.parseFrom(inTopic));
  }

  private static FinishedSpan rich() {
    return new FinishedSpan(
        "00000000000000a1",
        "00000000000000b2",
        "Pod.BackOff",
        Traces.START,
        Traces.START + 5,
        new TreeMap<>(Map.of("list", List.of("1", "2"), "a", 1L, "m", 2.5, "b", false)),
        true,
        "Back-off",
        List.of(
            new FinishedSpan.SpanLink(
                "cd".repeat(16), "00000000000000c3", new TreeMap<>(Map.of("kind", "change")))),
        new TreeMap<>(Map.of("service.name", "kubelet", "k8s.cluster.name", "prod-1")));
  }

  private static byte[] encode(FinishedTrace trace) {
    return new OtlpEncoder().encode(trace).get(0);
  }
}
