package io.kspan.topology.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TextFormat;
import io.kspan.topology.model.Attributes;
import io.kspan.topology.model.FinishedSpan;
import io.kspan.topology.model.FinishedTrace;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.SeverityNumber;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LogWriterTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

  private final OtlpEncoder encoder = new OtlpEncoder(OtlpEncoder.DEFAULT_MAX_BYTES, "1.2.3");

  @Test
  void shouldWriteWhatAnEventSays() throws Exception {
    FinishedSpan event =
        event(
            Map.of(
                "k8s.event.message",
                "Back-off",
                "k8s.event.type",
                "Warning",
                "k8s.event.reason",
                "BackOff",
                "k8s.pod.name",
                "web-a",
                "kspan.origin",
                "event",
                "kspan.outcome",
                "failed"));

    ExportLogsServiceRequest request =
        decode(encoder.encodeLogs(new FinishedTrace(TRACE, List.of(event)), true)).get(0);

    assertThat(request).isEqualTo(TextFormat.parse(EXPECTED, ExportLogsServiceRequest.class));
  }

  private static final String EXPECTED =
      """
      resource_logs {
        resource { attributes { key: "service.name" value { string_value: "kubelet" } } }
        scope_logs {
          scope { name: "io.kspan.topology" version: "1.2.3" }
          log_records {
            time_unix_nano: 1795205861000000007
            observed_time_unix_nano: 1795205861003000000
            severity_number: SEVERITY_NUMBER_WARN
            severity_text: "Warning"
            body { string_value: "Back-off" }
            attributes { key: "k8s.event.reason" value { string_value: "BackOff" } }
            attributes { key: "k8s.event.type" value { string_value: "Warning" } }
            attributes { key: "k8s.pod.name" value { string_value: "web-a" } }
            flags: 1
            trace_id: "K\\371/5w\\263M\\246\\243\\316\\222\\235\\016\\016G6"
            span_id: "\\000\\000\\000\\000\\000\\000\\000\\241"
            event_name: "k8s.event"
          }
          schema_url: "https://opentelemetry.io/schemas/1.43.0"
        }
        schema_url: "https://opentelemetry.io/schemas/1.43.0"
      }
      """;

  @Test
  void shouldTakeTheSeverityFromTheType() {
    assertThat(
            Stream.of("Normal", "Warning", "Odd", "")
                .map(type -> log(event(Map.of("k8s.event.type", type)), true).getSeverityNumber()))
        .containsExactly(
            SeverityNumber.SEVERITY_NUMBER_INFO,
            SeverityNumber.SEVERITY_NUMBER_WARN,
            SeverityNumber.SEVERITY_NUMBER_WARN,
            SeverityNumber.SEVERITY_NUMBER_UNSPECIFIED);
  }

  @Test
  void shouldSayThatTheTraceIsNotWritten() {
    assertThat(log(event(Map.of()), false).getFlags()).isZero();
  }

  @Test
  void shouldHaveNoBodyWithoutAMessage() {
    assertThat(log(event(Map.of()), true).hasBody()).isFalse();
  }

  @Test
  void shouldWriteOccurrencesOnly() {
    FinishedSpan root =
        new FinishedSpan(
            "00000000000000b2",
            "",
            "Pod.Create",
            0,
            9,
            Attributes.NONE,
            false,
            "",
            List.of(),
            Attributes.NONE);

    assertThat(encoder.encodeLogs(new FinishedTrace(TRACE, List.of(root)), true)).isEmpty();
    FinishedTrace trace = new FinishedTrace(TRACE, List.of(root, event(Map.of())));
    assertThat(records(encoder.encodeLogs(trace, true))).hasSize(1);
  }

  @Test
  void shouldSplitWhatIsTooLarge() {
    FinishedTrace trace = Traces.trace(1, 50, 4_000);
    List<byte[]> requests = new OtlpEncoder(20_000, "1").encodeLogs(trace, true);

    assertThat(requests).hasSizeGreaterThan(10).allMatch(request -> request.length <= 20_000);
    assertThat(records(requests))
        .extracting(LogRecord::getSpanId)
        .doesNotHaveDuplicates()
        .hasSize(50);
    assertThat(new OtlpEncoder(1_000, "1").encodeLogs(Traces.trace(1, 3, 5_000), true)).hasSize(3);
  }

  private static LogRecord log(FinishedSpan event, boolean sampled) {
    return LogWriter.write(new FinishedTrace(TRACE, List.of(event)), event, sampled);
  }

  private static FinishedSpan event(Map<String, Object> attributes) {
    return new FinishedSpan(
        "00000000000000a1",
        "00000000000000b2",
        "Pod.BackOff",
        Traces.START,
        Traces.START + 9,
        Attributes.copyOf(attributes),
        true,
        "Back-off",
        List.of(),
        Attributes.copyOf(Map.of("service.name", "kubelet")),
        new FinishedSpan.Occurrence(Traces.START + 7, Traces.START / 1_000_000 + 3));
  }

  private static List<LogRecord> records(List<byte[]> requests) {
    return decode(requests).stream()
        .flatMap(request -> request.getResourceLogsList().stream())
        .flatMap(resource -> resource.getScopeLogsList().stream())
        .flatMap(scope -> scope.getLogRecordsList().stream())
        .toList();
  }

  private static List<ExportLogsServiceRequest> decode(List<byte[]> requests) {
    return requests.stream().map(LogWriterTest::decode).toList();
  }

  private static ExportLogsServiceRequest decode(byte[] request) {
    try {
      return ExportLogsServiceRequest.parseFrom(request);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }
}
