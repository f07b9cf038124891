package io.kspan.topology.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.topology.metrics.Metric;
import io.kspan.topology.metrics.Metrics;
import io.kspan.topology.metrics.MetricsExporter;
import io.kspan.topology.metrics.Scrape;
import io.kspan.topology.otlp.OtlpEncoder;
import io.kspan.topology.otlp.Signal;
import io.kspan.topology.otlp.Traces;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SinkLoopTest {
  private static final String TOPIC = "k8s.spans";
  private static final TopicPartition P0 = new TopicPartition(TOPIC, 0);
  private static final TopicPartition P1 = new TopicPartition(TOPIC, 1);
  private static final String DURATION = "kspan_sink_request_duration_seconds";
  private static final byte[] GARBAGE = "hello".getBytes(StandardCharsets.UTF_8);

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private final FakeSender sender = new FakeSender();
  private final MockProducer<byte[], byte[]> deadLetters =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final long[] now = {0};
  private final Metrics metrics = new Metrics();
  private final SinkConfig config =
      new SinkConfig(
          Map.of(
              "bootstrap.servers",
              "localhost:9092",
              "sink.batch.max.bytes",
              "10000",
              "sink.buffer.max.bytes",
              "20000"));
  private final DeadLetterWriter letters =
      new DeadLetterWriter(() -> deadLetters, "k8s.dead-letters", metrics);
  private final SinkLoop loop =
      new SinkLoop(
          consumer,
          List.of(export(Signal.TRACES, sender, config)),
          new ChangeMetrics(metrics, letters, false),
          config.topics().changes(),
          () -> now[0],
          metrics);
  private int offset;

  @BeforeEach
  void assign() {
    loop.subscribe();
    consumer.updateBeginningOffsets(Map.of(P0, 0L, P1, 0L));
    consumer.updateEndOffsets(Map.of(P0, 0L, P1, 0L));
    consumer.rebalance(List.of(P0, P1));
  }

  @Test
  void shouldExportTogetherAndCommitAfterTheAnswer() {
    sender.answer = spans -> null;
    add(P0, spans(1, 2));
    add(P0, spans(2, 1));
    turns(2);
    assertThat(sender.requests).hasSize(1);
    assertThat(sender.requests.get(0)).hasSize(3);
    assertThat(committed(P0)).isEmpty();

    sender.open.get(0).complete(FakeSender.accepted());
    turns(1);
    assertThat(committed(P0)).contains(2L);
    assertCounts(2, 3, 3, 0, 0);
  }

  @Test
  void shouldReportAnswersAndPauses() {
    try (MetricsExporter exporter = MetricsExporter.create("sink", Map.of())) {
      exporter.export(metrics, Metric.ofSink());
      sender.answer = spans -> FakeSender.unreachable();
      add(P0, spans(1, 1));
      add(P1, GARBAGE);
      turns(4);
      now[0] += Duration.ofMillis(200).toNanos();
      turns(1);
      assertThat(loop.joined()).isTrue();
      Scrape failing = Scrape.of(exporter);
      assertThat(failing.sum("kspan_sink_paused_time_seconds_total")).isEqualTo(0.2);
      assertThat(failing.sum(DURATION + "_count", "error_type", "IOException")).isEqualTo(1);

      sender.answer = spans -> null;
      now[0] += Duration.ofHours(1).toNanos();
      turns(1);
      now[0] += Duration.ofSeconds(7).toNanos();
      sender.open.get(0).complete(FakeSender.accepted());
      turns(3);
      Scrape exported = Scrape.of(exporter);
      assertThat(exported.sum(DURATION + "_count")).isEqualTo(2);
      assertThat(exported.sum(DURATION + "_sum")).isEqualTo(7);
      assertThat(exported.sum("kspan_sink_pending_bytes")).isZero();
      assertThat(exported.sum("kspan_sink_dead_letters_total", "kspan_reason", "unreadable"))
          .isEqualTo(1);
    }
  }

  @Test
  void shouldSendOneRequestAtATime() {
    sender.answer = spans -> null;
    add(P0, spans(1, 1));
    turns(1);
    add(P0, spans(2, 1));
    turns(3);
    assertThat(sender.requests).hasSize(1);
    sender.open.get(0).complete(FakeSender.accepted());
    turns(1);
    assertThat(sender.requests).hasSize(2);
  }

  @Test
  void shouldKeepPollingWhilePausedUntilTheBackendIsBack() {
    sender.answer = spans -> FakeSender.unreachable();
    add(P0, spans(1, 1));
    turns(3);
    assertThat(sender.requests).hasSize(1);
    assertThat(consumer.paused()).containsExactlyInAnyOrder(P0, P1);
    for (int hour = 0; hour < 5; hour++) {
      now[0] += Duration.ofHours(1).toNanos();
      turns(2);
    }
    assertThat(sender.requests).hasSize(6);
    assertThat(committed(P0)).isEmpty();
    assertThat(loop.statistics().retries()).isEqualTo(6);
    assertThat(loop.statistics().lastError()).contains("Connection refused");

    sender.answer = spans -> FakeSender.accepted();
    now[0] += Duration.ofHours(1).toNanos();
    turns(3);
    assertThat(consumer.paused()).isEmpty();
    assertThat(committed(P0)).contains(1L);
    assertThat(loop.statistics().lastError()).isEmpty();
  }

  @Test
  void shouldForgetTheFailureOnceTheBackendRefuses() {
    sender.answer = spans -> FakeSender.unreachable();
    add(P0, spans(1, 1));
    turns(3);
    assertThat(loop.statistics().lastError()).contains("Connection refused");
    sender.answer = spans -> FakeSender.http(400, "bad span");
    now[0] += Duration.ofHours(1).toNanos();
    turns(3);
    assertThat(deadLetters()).hasSize(1);
    assertThat(loop.statistics().lastError()).isEmpty();
  }

  @Test
  void shouldPauseWhenTheBufferIsFull() {
    sender.answer = spans -> null;
    for (int i = 0; i < 10; i++) {
      add(P0, encode(i, 1, 5_000));
    }
    turns(2);
    assertThat(consumer.paused()).isNotEmpty();
    sender.answer = spans -> FakeSender.accepted();
    sender.open.get(0).complete(FakeSender.accepted());
    turns(10);
    assertThat(consumer.paused()).isEmpty();
    assertThat(committed(P0)).contains(10L);
    assertThat(sender.requests).allSatisfy(spans -> assertThat(spans).hasSizeLessThan(3));
  }

  @Test
  void shouldFindTheRefusedRecordInABatch() {
    sender.answer =
        spans -> spans.contains(id(9)) ? FakeSender.http(400, "bad span") : FakeSender.accepted();
    add(P0, spans(1, 2));
    add(P0, poisoned());
    add(P1, spans(3, 1));
    turns(12);
    assertThat(deadLetters()).containsExactly("refused-by-backend of 1: HTTP 400 Status: bad span");
    // The batch, its three records, and the two halves of the refused one.
    assertThat(sender.requests).hasSize(6);
    assertThat(committed(P0)).contains(2L);
    assertThat(committed(P1)).contains(3L);
    assertThat(loop.statistics().deadLettered()).isEqualTo(1);
  }

  @Test
  void shouldSplitATooLargeRecordOnce() {
    sender.answer =
        spans -> spans.size() > 2 ? FakeSender.http(413, "too large") : FakeSender.accepted();
    add(P0, spans(1, 4));
    turns(6);
    assertThat(deadLetters()).isEmpty();
    assertThat(sender.requests).extracting(List::size).containsExactly(4, 2, 2);
    assertThat(committed(P0)).contains(1L);

    add(P0, spans(2, 8));
    turns(6);
    assertThat(deadLetters()).hasSize(1);
    assertThat(committed(P0)).contains(2L);
  }

  @Test
  void shouldPutAsideOnceWhatOnlyTheBackendHasParsed() {
    byte[] record = spans(1, 2);
    // The value of an attribute, to which reading the structure does not descend, is cut off.
    String text = new String(record, StandardCharsets.ISO_8859_1);
    record[text.indexOf("xxxxxxxxxx") - 1] = 127;
    sender.parse = false;
    sender.answer = spans -> FakeSender.http(400, "proto: unexpected EOF");
    add(P0, record);
    turns(5);
    assertThat(deadLetters())
        .containsExactly("refused-by-backend of 0: HTTP 400 Status: proto: unexpected EOF");
    assertThat(committed(P0)).contains(1L);
  }

  @Test
  void shouldDeadLetterWhatWasPartlyRefusedAndNotSendItAgain() {
    sender.answer = spans -> FakeSender.partial(2, "two are too old");
    add(P0, spans(1, 2));
    add(P1, spans(2, 3));
    turns(4);
    assertThat(sender.requests).hasSize(1);
    assertThat(deadLetters())
        .containsExactlyInAnyOrder(
            "partly-refused-by-backend of 0: 2 of 5 spans, of 2 records: two are too old",
            "partly-refused-by-backend of 1: 2 of 5 spans, of 2 records: two are too old");
    assertThat(committed(P0)).contains(1L);
    assertThat(committed(P1)).contains(2L);
    assertCounts(2, 5, 3, 2, 2);
  }

  @Test
  void shouldTakeAWarningForAcceptance() {
    sender.answer = spans -> FakeSender.partial(0, "attributes were shortened");
    add(P0, spans(1, 2));
    turns(3);
    assertThat(deadLetters()).isEmpty();
    assertThat(committed(P0)).contains(1L);
    assertCounts(1, 2, 2, 0, 0);
  }

  @Test
  void shouldDeadLetterARecordOnceWhenAHalfIsPartlyRefused() {
    sender.answer =
        spans ->
            spans.size() > 2
                ? FakeSender.http(413, "too large")
                : FakeSender.partial(1, "one is odd");
    add(P0, spans(1, 4));
    turns(8);
    assertThat(sender.requests).extracting(List::size).containsExactly(4, 2, 2);
    assertThat(deadLetters())
        .containsExactly("partly-refused-by-backend of 0: 1 of 2 spans, of 1 records: one is odd");
    assertThat(committed(P0)).contains(1L);
    assertThat(loop.statistics().rejected()).isEqualTo(2);
  }

  @Test
  void shouldDeadLetterWhatCannotBeReadInItsPlace() {
    add(P0, spans(1, 1));
    add(P0, GARBAGE);
    add(P0, spans(2, 1));
    turns(4);
    assertThat(deadLetters()).singleElement().asString().startsWith("unreadable of 1: not an OTLP");
    assertThat(deadLetters.history().get(0).value()).isEqualTo(GARBAGE);
    assertThat(sender.requests).hasSize(2);
    assertThat(committed(P0)).contains(3L);
  }

  @Test
  void shouldTryAgainWhenADeadLetterCannotBeWritten() {
    deadLetters.sendException = new KafkaException("no dead letters today");
    add(P0, GARBAGE);
    turns(3);
    assertThat(committed(P0)).isEmpty();
    assertThat(loop.statistics().lastError()).contains("no dead letters today");
    deadLetters.sendException = null;
    now[0] += Duration.ofMinutes(1).toNanos();
    turns(2);
    assertThat(committed(P0)).contains(1L);
    assertThat(loop.statistics().lastError()).isEmpty();
  }

  @Test
  void shouldCommitAtRevocationWhatWasAnswered() {
    sender.answer = spans -> null;
    add(P0, spans(1, 1));
    turns(1);
    sender.open.get(0).complete(FakeSender.accepted());
    loop.onPartitionsRevoked(List.of(P0));
    assertThat(committed(P0)).contains(1L);
  }

  @Test
  void shouldDropLostPartitionsButGoOnWithTheOthers() {
    sender.answer = spans -> FakeSender.unreachable();
    add(P0, spans(1, 1));
    add(P1, spans(2, 2));
    turns(2);
    assertThat(sender.requests.get(0)).hasSize(3);
    loop.onPartitionsLost(List.of(P0));
    consumer.rebalance(List.of(P1));

    sender.answer = spans -> FakeSender.accepted();
    now[0] += Duration.ofMinutes(1).toNanos();
    turns(2);
    assertThat(sender.requests.get(1)).hasSize(2);
    assertThat(committed(P1)).isPresent();
    assertThat(loop.statistics().exported()).isEqualTo(2);
  }

  @Test
  void shouldNotTakeALateAnswerForThatOfAnotherRequest() {
    sender.answer = spans -> null;
    add(P0, spans(1, 1));
    turns(1);
    loop.onPartitionsLost(List.of(P0));
    add(P1, spans(2, 1));
    turns(2);
    assertThat(sender.requests).hasSize(1);
    sender.open.get(0).complete(FakeSender.accepted());
    turns(1);
    assertThat(committed(P1)).isEmpty();
    assertThat(sender.requests).hasSize(2);
    sender.open.get(1).complete(FakeSender.accepted());
    turns(1);
    assertThat(committed(P1)).isPresent();
  }

  @Nested
  class WithLogs {
    private static final TopicPartition LOGS = new TopicPartition("k8s.logs", 0);

    private final FakeSender logSender = new FakeSender();
    private final SinkConfig logConfig =
        new SinkConfig(Map.of("bootstrap.servers", "localhost:9092", "logs.enabled", "true"));
    private final SinkLoop both =
        new SinkLoop(
            consumer,
            List.of(
                export(Signal.TRACES, sender, logConfig),
                export(Signal.LOGS, logSender, logConfig)),
            new ChangeMetrics(metrics, letters, false),
            logConfig.topics().changes(),
            () -> now[0],
            metrics);

    @BeforeEach
    void assign() {
      logSender.parse = false;
      both.subscribe();
      consumer.updateBeginningOffsets(Map.of(P0, 0L, LOGS, 0L));
      consumer.updateEndOffsets(Map.of(P0, 0L, LOGS, 0L));
      consumer.rebalance(List.of(P0, LOGS));
    }

    @Test
    void shouldExportEachSignalToItsOwnBackend() {
      add(P0, spans(1, 2));
      add(LOGS, logs(1, 3));
      turns(both, 3);
      assertThat(sender.requests).hasSize(1);
      assertThat(logSender.requests).hasSize(1);
      assertThat(committed(P0)).contains(1L);
      assertThat(committed(LOGS)).contains(2L);
      assertThat(both.statistics().exported()).isEqualTo(2);
      assertThat(both.statistics().logRecords()).isEqualTo(3);
      assertThat(both.statistics().spans()).isEqualTo(2);
    }

    @Test
    void shouldExportSpansWhileNothingTakesLogs() {
      logSender.answer = ignored -> FakeSender.http(404, "no logs here");
      add(LOGS, logs(1, 1));
      turns(both, 3);
      add(P0, spans(1, 1));
      turns(both, 3);
      assertThat(consumer.paused()).containsExactly(LOGS);
      assertThat(committed(P0)).isPresent();
      assertThat(committed(LOGS)).isEmpty();
      assertThat(both.statistics().lastError()).startsWith("HTTP 404").endsWith("(logs)");

      logSender.answer = ignored -> FakeSender.accepted();
      now[0] += Duration.ofHours(1).toNanos();
      turns(both, 3);
      assertThat(committed(LOGS)).isPresent();
      assertThat(consumer.paused()).isEmpty();
      assertThat(both.statistics().lastError()).isEmpty();
    }

    @Test
    void shouldPutAsideLogsThatAreRefused() {
      logSender.answer = ignored -> FakeSender.partial(1, "too old");
      add(LOGS, logs(1, 2));
      add(LOGS, spans(1, 1));
      turns(both, 5);
      assertThat(deadLetters())
          .first()
          .isEqualTo("partly-refused-by-backend of 0: 1 of 2 log records, of 1 records: too old");
      assertThat(deadLetters().get(1)).startsWith("unreadable of 1: ");
      assertThat(committed(LOGS)).contains(2L);
    }

    private byte[] logs(int trace, int count) {
      return new OtlpEncoder().encodeLogs(Traces.trace(trace, count, 10), true).get(0);
    }
  }

  private SignalExport export(Signal signal, FakeSender to, SinkConfig settings) {
    ExportWorker worker =
        new ExportWorker(signal, to, letters, settings, () -> 0, () -> now[0], metrics);
    return new SignalExport(signal, worker, settings, metrics);
  }

  private void assertCounts(
      long records, long spans, long exported, long rejected, long deadLettered) {
    SinkStatistics counted = loop.statistics();
    assertThat(counted.records()).isEqualTo(records);
    assertThat(counted.spans()).isEqualTo(spans);
    assertThat(counted.exported()).isEqualTo(exported);
    assertThat(counted.rejected()).isEqualTo(rejected);
    assertThat(counted.deadLettered()).isEqualTo(deadLettered);
    assertThat(counted.lastError()).isEmpty();
  }

  /** Reason, offset and message of each. */
  private List<String> deadLetters() {
    return deadLetters.history().stream()
        .map(
            letter ->
                "%s of %s: %s"
                    .formatted(
                        header(letter, "reason"),
                        header(letter, "offset"),
                        header(letter, "message")))
        .toList();
  }

  private static String header(ProducerRecord<byte[], byte[]> letter, String name) {
    return new String(
        letter.headers().lastHeader("kspan.error." + name).value(), StandardCharsets.UTF_8);
  }

  private void turns(int count) {
    turns(loop, count);
  }

  private static void turns(SinkLoop which, int count) {
    for (int i = 0; i < count; i++) {
      which.turn();
    }
  }

  private Optional<Long> committed(TopicPartition partition) {
    return Optional.ofNullable(consumer.committed(Set.of(partition)).get(partition))
        .map(OffsetAndMetadata::offset);
  }

  private void add(TopicPartition partition, byte[] value) {
    consumer.addRecord(
        new ConsumerRecord<>(
            partition.topic(),
            partition.partition(),
            offset++,
            0L,
            TimestampType.LOG_APPEND_TIME,
            0,
            value.length,
            new byte[0],
            value,
            new RecordHeaders(),
            Optional.empty()));
  }

  private static byte[] spans(int trace, int count) {
    return encode(trace, count, 10);
  }

  private static byte[] encode(int trace, int count, int messageChars) {
    List<byte[]> requests = new OtlpEncoder().encode(Traces.trace(trace + 1, count, messageChars));
    assertThat(requests).hasSize(1);
    return requests.get(0);
  }

  /** Nine spans, the last of which is refused. */
  private static byte[] poisoned() {
    return encode(2, 9, 10);
  }

  private static String id(int number) {
    return "%016x".formatted(number);
  }
}
