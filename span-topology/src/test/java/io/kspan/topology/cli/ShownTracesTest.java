package io.kspan.topology.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.kspan.topology.waterfall.ReceivedTrace;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import org.junit.jupiter.api.Test;

class ShownTracesTest {
  private static ExportTraceServiceRequest request(int trace, int firstSpan, int spans) {
    ScopeSpans.Builder scope = ScopeSpans.newBuilder();
    for (int i = 0; i < spans; i++) {
      scope.addSpans(
          Span.newBuilder()
              .setTraceId(ByteString.copyFrom(new byte[] {(byte) trace}))
              .setSpanId(ByteString.copyFrom(new byte[] {(byte) (firstSpan + i)})));
    }
    ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
    request.addResourceSpansBuilder().addScopeSpans(scope);
    return request.build();
  }

  @Test
  void shouldHoldWholeTracesUntilTheBoundAndCountTheRest() {
    ShownTraces shown = new ShownTraces(3);
    shown.add(request(1, 1, 2));
    shown.add(request(2, 1, 2));
    shown.add(request(3, 1, 5));
    shown.add(request(1, 3, 1));
    shown.add(request(3, 6, 1));
    shown.add(ExportTraceServiceRequest.getDefaultInstance());

    assertThat(shown.traces()).extracting(ReceivedTrace::traceId).containsExactly("01", "02");
    assertThat(shown.traces().iterator().next().spans()).hasSize(3);
    assertThat(shown.isCut()).isTrue();
    assertThat(shown.share()).isEqualTo("2 of 3 traces (5 of 11 spans)");
  }

  @Test
  void shouldNotBeCutByWhatFits() {
    ShownTraces shown = new ShownTraces(3);
    shown.add(request(1, 1, 3));

    assertThat(shown.isCut()).isFalse();
  }

  @Test
  void shouldHoldMoreInMoreMemory() {
    assertThat(ShownTraces.fitting(64 << 20)).isEqualTo(4096);
    assertThat(ShownTraces.fitting(1L << 50)).isEqualTo(ShownTraces.MOST_BY_DEFAULT);
    assertThat(ShownTraces.fitting(1)).isEqualTo(1);
  }
}
