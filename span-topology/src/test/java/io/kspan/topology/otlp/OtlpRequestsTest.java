package io.kspan.topology.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.kspan.topology.model.FinishedTrace;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class OtlpRequestsTest {

  @Property(tries = 100)
  void shouldCountWhatProtobufParses(
      @ForAll @IntRange(min = 1, max = 30) int spans,
      @ForAll @IntRange(max = 300) int messageChars) {
    byte[] request = encode(spans, messageChars);
    assertThat(OtlpRequests.count(Signal.TRACES, request)).isEqualTo(spans);
    for (int length = 0; length < request.length; length += 7) {
      byte[] truncated = Arrays.copyOf(request, length);
      int complete = completeSpans(truncated);
      if (complete > 0) {
        assertThat(OtlpRequests.count(Signal.TRACES, truncated)).isEqualTo(complete);
      } else {
        assertThatThrownBy(() -> OtlpRequests.count(Signal.TRACES, truncated))
            .isInstanceOf(UnreadableRequestException.class);
      }
    }
  }

  @Property(tries = 100)
  void shouldRefuseOrCountAnyBytes(@ForAll byte[] bytes) {
    try {
      assertThat(OtlpRequests.count(Signal.TRACES, bytes)).isPositive();
    } catch (UnreadableRequestException e) {
      assertThat(e).hasMessageMatching("(?s)(not an OTLP|an OTLP request without|span ').*");
    }
  }

  @Property(tries = 100)
  void shouldSplitIntoHalvesThatKeepEverything(@ForAll @IntRange(min = 2, max = 30) int spans) {
    ExportTraceServiceRequest whole = OtlpDecoder.decode(encode(spans, 10));
    List<byte[]> halves = OtlpRequests.halves(whole.toByteArray(), spans);

    assertThat(halves)
        .extracting(half -> OtlpRequests.count(Signal.TRACES, half))
        .containsExactly(spans / 2, spans - spans / 2);
    ExportTraceServiceRequest.Builder together = ExportTraceServiceRequest.newBuilder();
    for (byte[] half : halves) {
      together.mergeFrom(OtlpDecoder.decode(half));
    }
    assertThat(resourcesBySpan(together.build())).isEqualTo(resourcesBySpan(whole));
  }

  @Property(tries = 100)
  void shouldCountAndSplitLogsAlike(@ForAll @IntRange(min = 2, max = 30) int logs) {
    byte[] whole = new OtlpEncoder().encodeLogs(Traces.trace(1, logs, 10), true).get(0);
    assertThat(OtlpRequests.count(Signal.LOGS, whole)).isEqualTo(logs);
    assertThat(OtlpRequests.halves(whole, logs))
        .extracting(half -> OtlpRequests.count(Signal.LOGS, half))
        .containsExactly(logs / 2, logs - logs / 2);
    assertThatThrownBy(() -> OtlpRequests.count(Signal.TRACES, whole))
        .as("logs among the spans")
        .isInstanceOf(UnreadableRequestException.class);
  }

  /** The backend refuses it for good, so it is split. */
  @Property(tries = 500)
  void shouldSplitWhateverItCounts(
      @ForAll @IntRange(max = 1_000) int at, @ForAll byte with, @ForAll Signal signal) {
    FinishedTrace trace = Traces.trace(1, 4, 10);
    byte[] damaged =
        (signal == Signal.TRACES
                ? new OtlpEncoder().encode(trace)
                : new OtlpEncoder().encodeLogs(trace, true))
            .get(0);
    damaged[at % damaged.length] = with;
    int items;
    try {
      items = OtlpRequests.count(signal, damaged);
    } catch (UnreadableRequestException e) {
      return;
    }
    assertThat(OtlpRequests.halves(damaged, items)).hasSize(2);
  }

  @Example
  void shouldRejectGarbageClearly() {
    assertThatThrownBy(
            () -> OtlpRequests.count(Signal.TRACES, "hello".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(UnreadableRequestException.class)
        .hasMessageStartingWith("not an OTLP ExportTraceServiceRequest");
    assertThatThrownBy(() -> OtlpRequests.count(Signal.TRACES, new byte[0]))
        .hasMessageContaining("without spans");
    assertThatThrownBy(() -> OtlpRequests.count(Signal.TRACES, null))
        .hasMessageContaining("no value");
    assertThatThrownBy(() -> OtlpRequests.halves("hello".getBytes(StandardCharsets.UTF_8), 2))
        .isInstanceOf(UnreadableRequestException.class);
    // The end of a group that has not begun.
    assertThatThrownBy(() -> OtlpRequests.count(Signal.TRACES, new byte[] {0x0c}))
        .hasMessageContaining("end-group");
  }

  @Example
  void shouldRejectSpansWithoutIds() {
    ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
    request.addResourceSpansBuilder().addScopeSpansBuilder().addSpansBuilder().setName("n");
    assertThatThrownBy(() -> OtlpRequests.count(Signal.TRACES, request.build().toByteArray()))
        .hasMessage("span 'n' has ids of 0, 0 and (parent) 0 bytes instead of 16, 8 and 8");
  }

  @Example
  void shouldTakeLogsWithoutIds() {
    ExportLogsServiceRequest.Builder request = ExportLogsServiceRequest.newBuilder();
    LogRecord.Builder log =
        request.addResourceLogsBuilder().addScopeLogsBuilder().addLogRecordsBuilder();
    log.setEventName("n");
    assertThat(OtlpRequests.count(Signal.LOGS, request.build().toByteArray())).isEqualTo(1);
    log.setTraceId(ByteString.copyFrom(new byte[3]));
    assertThatThrownBy(() -> OtlpRequests.count(Signal.LOGS, request.build().toByteArray()))
        .hasMessage("log record 'n' has ids of 3, 0 and (parent) 0 bytes instead of 16, 8 and 8");
  }

  /** The spans in {@code bytes}, 0 if protobuf cannot parse them. */
  private static int completeSpans(byte[] bytes) {
    try {
      return spans(ExportTraceServiceRequest.parseFrom(bytes).getResourceSpansList()).size();
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      return 0;
    }
  }

  private static List<Span> spans(List<ResourceSpans> resources) {
    return resources.stream()
        .flatMap(resource -> resource.getScopeSpansList().stream())
        .flatMap(scope -> scope.getSpansList().stream())
        .toList();
  }

  /** Each span with its resource: halves may repeat a resource. */
  private static Set<List<Object>> resourcesBySpan(ExportTraceServiceRequest request) {
    return request.getResourceSpansList().stream()
        .flatMap(
            one ->
                spans(List.of(one)).stream().map(span -> List.<Object>of(one.getResource(), span)))
        .collect(Collectors.toCollection(HashSet::new));
  }

  private static byte[] encode(int spans, int messageChars) {
    return new OtlpEncoder().encode(Traces.trace(1, spans, messageChars)).get(0);
  }
}
