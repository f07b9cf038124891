package io.kspan.topology.badinput;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import io.kspan.topology.application.TopologyHarness;
import io.kspan.topology.badinput.BadInputs.BadInput;
import io.kspan.topology.corpus.OfflineModels;
import io.kspan.topology.metrics.Metric;
import io.kspan.topology.otlp.OtlpDecoder;
import io.opentelemetry.proto.trace.v1.Span;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Every kind of bad input at once, in the middle of a good rollout and through the real topology:
 * each record is placed or a dead letter that says why, and the rollout does not notice.
 */
class BadInputTest {
  private static final Duration LONG = Duration.ofMinutes(30);
  private static final int BROKERS_LIMIT = 990_000;

  @SuppressWarnings("unused") // by name
  private static final List<BadInput> INPUTS = BadInputs.all();

  private static List<byte[]> spans;
  private static List<TestRecord<byte[], byte[]>> deadLetters;
  private static long rejected;
  private static long failedRoots;

  @BeforeAll
  static void pipe() {
    Map<String, String> settings = Map.of("cluster.name", "c");
    try (TopologyHarness harness = new TopologyHarness(Input.START, settings).idle()) {
      boolean piped = false;
      for (Input next : Rollout.good()) {
        if (!piped && next.receivedMillis() > Instant.parse(BadInputs.RECEIVED).toEpochMilli()) {
          INPUTS.forEach(input -> pipe(harness, input));
          piped = true;
        }
        harness.until(next.receivedMillis());
        harness.pipe(next);
      }
      harness.pass(LONG);
      spans = harness.spans();
      deadLetters = harness.deadLetters();
      rejected = harness.counters.sum(Metric.DEAD_LETTERS);
      failedRoots = harness.counters.sum(Metric.FAILED_EVALUATIONS);
    }
  }

  private static void pipe(TopologyHarness harness, BadInput input) {
    if (input.isEvent()) {
      harness.event(input.value());
    } else {
      harness.object(input.value());
    }
  }

  private static List<Span> spansOf(String eventUid) {
    List<Span> matching = new ArrayList<>();
    for (byte[] request : spans) {
      OtlpDecoder.spans(request)
          .filter(s -> OtlpDecoder.text(s, "k8s.event.uid").equals(eventUid))
          .forEach(matching::add);
    }
    return matching;
  }

  /** As received, or cut to what the topic takes. */
  private static boolean isLetterOf(byte[] value, TestRecord<byte[], byte[]> letter) {
    int cut = letter.value().length;
    boolean isCut = letter.headers().lastHeader("kspan.value.bytes") != null;
    return isCut
        ? cut < value.length && Arrays.equals(letter.value(), Arrays.copyOf(value, cut))
        : Arrays.equals(letter.value(), value);
  }

  private static List<String> reasonsFor(byte[] value) {
    return deadLetters.stream()
        .filter(letter -> isLetterOf(value, letter))
        .map(l -> new String(l.headers().lastHeader("__streams.errors.message").value(), UTF_8))
        .toList();
  }

  @ParameterizedTest
  @FieldSource("INPUTS")
  void shouldPlaceItOrSayWhyNot(BadInput input) {
    if (input.reason().isEmpty()) {
      assertThat(reasonsFor(input.value())).isEmpty();
    } else {
      assertThat(reasonsFor(input.value())).singleElement().asString().contains(input.reason());
    }
    if (!input.uid().isEmpty()) {
      assertThat(spansOf(input.uid()))
          .singleElement()
          .satisfies(
              s ->
                  assertThat(s.getEndTimeUnixNano())
                      .isGreaterThanOrEqualTo(s.getStartTimeUnixNano()),
              s -> assertThat(s.getStartTimeUnixNano()).isNotNegative());
    }
  }

  @Test
  void shouldCountDeadLetters() {
    assertThat(rejected)
        .isEqualTo(INPUTS.stream().filter(i -> !i.reason().isEmpty()).count())
        .isEqualTo(deadLetters.size());
    assertThat(failedRoots).isZero();
  }

  @Test
  void shouldNotTouchTheGoodRollout() {
    assertThat(hex(spans))
        .containsAll(OfflineModels.requests(Rollout.good().stream().map(Input::envelope).toList()));
  }

  @Test
  void shouldAgreeWithTheModel() {
    List<byte[]> readable = new ArrayList<>();
    Rollout.good().forEach(next -> readable.add(next.envelope()));
    INPUTS.stream()
        .filter(i -> i.reason().isEmpty() && !i.uid().equals("no-cluster"))
        .forEach(i -> readable.add(i.value()));

    List<String> rest = hex(spans);
    List<String> wanted = OfflineModels.requests(readable);
    rest.removeAll(wanted);

    assertThat(rest).as("spans of the one without cluster").hasSize(1);
    assertThat(hex(spans)).containsAll(wanted);
  }

  /** A span that no broker takes would stop the task for good. */
  @Test
  void shouldWriteSpansThatABrokerTakes() {
    assertThat(spans).allSatisfy(s -> assertThat(s).hasSizeLessThan(BROKERS_LIMIT));
  }

  /** All of it once more without envelopes, and long before and after the times of the others. */
  @Test
  void shouldNotStopAtReceiptsThatCannotBe() {
    byte[] bare = Rollout.good().get(2).bare();
    try (TopologyHarness harness = new TopologyHarness(Input.START, Map.of()).idle()) {
      harness.event(bare, Instant.parse("2262-04-01T00:00:00Z").toEpochMilli());
      harness.object(bare, Long.MAX_VALUE);
      harness.event(bare, Input.START.toEpochMilli()).pass(LONG);

      assertThat(harness.counters.sum(Metric.DEAD_LETTERS)).isEqualTo(2);
      assertThat(harness.deadLetters())
          .extracting(
              l -> new String(l.headers().lastHeader("__streams.errors.message").value(), UTF_8))
          .allMatch(reason -> reason.contains("is not within 1970 to 2261"))
          .hasSize(2);
      assertThat(harness.spans()).hasSize(1);
    }
  }

  private static List<String> hex(List<byte[]> requests) {
    return new ArrayList<>(
        new TreeSet<>(requests.stream().map(HexFormat.of()::formatHex).toList()));
  }
}
