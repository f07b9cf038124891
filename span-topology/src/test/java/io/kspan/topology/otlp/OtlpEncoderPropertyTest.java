package io.kspan.topology.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.topology.model.FinishedSpan;
import io.kspan.topology.model.FinishedTrace;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class OtlpEncoderPropertyTest {

  @Property(tries = 300)
  void shouldKeepToTheBoundAndTheOrder(
      @ForAll("traces") FinishedTrace trace, @ForAll @IntRange(min = 1, max = 5_000) int maxBytes) {
    List<byte[]> requests = new OtlpEncoder(maxBytes, "1").encode(trace);

    List<String> written = new ArrayList<>();
    for (byte[] bytes : requests) {
      List<Span> spans = spans(OtlpDecoder.decode(bytes));
      assertThat(bytes.length <= maxBytes || spans.size() == 1).isTrue();
      List<String> ids = spans.stream().map(span -> hex(span.getSpanId())).toList();
      // Together, the requests so far are a beginning of the trace.
      written.addAll(ids);
      assertThat(new HashSet<>(written))
          .isEqualTo(
              new HashSet<>(
                  trace.spans().subList(0, written.size()).stream()
                      .map(FinishedSpan::spanId)
                      .toList()));
    }
    assertThat(written).hasSameSizeAs(trace.spans());
    assertThat(written.get(0)).isEqualTo(trace.root().spanId());
  }

  @Property(tries = 200)
  void shouldAlwaysWriteTheSameBytes(@ForAll("traces") FinishedTrace trace) {
    List<byte[]> once = new OtlpEncoder(2_000, "1").encode(trace);
    List<byte[]> again = new OtlpEncoder(2_000, "1").encode(trace);
    assertThat(again).zipSatisfy(once, (bytes, first) -> assertThat(bytes).isEqualTo(first));
    for (byte[] bytes : once) {
      assertThat(OtlpDecoder.decode(bytes).toByteArray()).isEqualTo(bytes);
    }
  }

  @Property(tries = 200)
  void shouldNameEachResourceOncePerRequest(@ForAll("traces") FinishedTrace trace) {
    for (byte[] bytes : new OtlpEncoder(3_000, "1").encode(trace)) {
      List<Resource> resources =
          OtlpDecoder.decode(bytes).getResourceSpansList().stream()
              .map(ResourceSpans::getResource)
              .toList();
      assertThat(resources).doesNotHaveDuplicates();
    }
  }

  @Provide
  Arbitrary<FinishedTrace> traces() {
    Arbitrary<String> components = Arbitraries.of("kubelet", "scheduler", "controller");
    Arbitrary<String> messages = Arbitraries.strings().ofMaxLength(400);
    return Combinators.combine(components, messages)
        .as(List::of)
        .list()
        .ofMinSize(1)
        .ofMaxSize(40)
        .map(
            all ->
                new FinishedTrace(
                    "4bf92f3577b34da6a3ce929d0e0e4736",
                    IntStream.range(0, all.size())
                        .mapToObj(
                            i ->
                                Traces.span(
                                    i + 1, i == 0 ? 0 : 1, all.get(i).get(0), all.get(i).get(1)))
                        .toList()));
  }

  private static List<Span> spans(ExportTraceServiceRequest request) {
    return OtlpDecoder.spans(request).toList();
  }

  private static String hex(com.google.protobuf.ByteString id) {
    return java.util.HexFormat.of().formatHex(id.toByteArray());
  }
}
