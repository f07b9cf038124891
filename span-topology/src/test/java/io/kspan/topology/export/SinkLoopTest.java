package io.kspan.topology.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.topology.otlp.OtlpEncoder;
import io.kspan.topology.otlp.Traces;
import io.opentelemetry.sdk.common.CompletableResultCode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SinkLoopTest {
  private static final String TOPIC = "k8s.spans";
  private static final TopicPartition P0 = new TopicPartition(TOPIC, 0);
  private static final TopicPartition P1 = new TopicPartition(TOPIC, 1);
  private static final int BATCH = 10_000;
  private static final int BUFFER = 20_000;
  private static final byte[] GARBAGE = "hello".getBytes(StandardCharsets.UTF_8);

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private final FakeExporter exporter = new FakeExporter();
  private final Graveyard graveyard = new Graveyard();
  private final Queue<Objection> objections = new ArrayDeque<>();
  private final long[] now = {0};
  private final List<String> answered = new ArrayList<>();
  private final Tally tally = new Tally((errorType, nanos) -> answered.add(errorType + nanos));
  private final SinkLoop loop =
      new SinkLoop(
          consumer,
          TOPIC,
          new Courier(
              exporter,
              () -> objections.isEmpty() ? Objection.NONE : objections.remove(),
              graveyard,
              new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(60), () -> 0),
              () -> now[0],
              tally),
          new Backlog(BUFFER),
          BATCH,
          tally);
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
    exporter.answer = names -> new CompletableResultCode();
    add(P0, spans(1, 2));
    add(P0, spans(2, 1));
    turns(2);
    assertThat(exporter.requests).hasSize(1);
    assertThat(exporter.requests.get(0)).hasSize(3);
    assertThat(committed(P0)).isEmpty();

    exporter.open.get(0).succeed();
    turns(1);
    assertThat(committed(P0)).contains(2L);
    assertThat(loop.progress()).isEqualTo(new OtlpSink.Progress(2, 3, 3, 0, 0, 0, ""));
  }

  @Test
  void shouldTellWhatItWaitsForAndHowLong() {
    exporter.answer = names -> Answers.unreachable();
    add(P0, spans(1, 1));
    add(P1, GARBAGE);
    turns(4);
    now[0] += 5;
    turns(1);
    assertThat(answered).containsExactly("IOException0");
    assertThat(loop.condition().joined()).isTrue();
    assertThat(loop.condition().pausedNanos()).isEqualTo(5);

    exporter.answer = names -> new CompletableResultCode();
    now[0] += Duration.ofHours(1).toNanos();
    turns(1);
    now[0] += 7;
    exporter.open.get(0).succeed();
    turns(3);
    assertThat(answered).containsExactly("IOException0", "7");
    assertThat(loop.condition().backlogBytes()).isZero();
    assertThat(loop.condition().deadLetters()).isEqualTo(Map.of("unreadable", 1L));
  }

  @Test
  void shouldSendOneRequestAtATime() {
    exporter.answer = names -> new CompletableResultCode();
    add(P0, spans(1, 1));
    turns(1);
    add(P0, spans(2, 1));
    turns(3);
    assertThat(exporter.requests).hasSize(1);
    exporter.open.get(0).succeed();
    turns(1);
    assertThat(exporter.requests).hasSize(2);
  }

  @Test
  void shouldKeepPollingWhilePausedUntilTheBackendIsBack() {
    exporter.answer = names -> Answers.unreachable();
    add(P0, spans(1, 1));
    turns(3);
    assertThat(exporter.requests).hasSize(1);
    assertThat(consumer.paused()).containsExactlyInAnyOrder(P0, P1);
    for (int hour = 0; hour < 5; hour++) {
      now[0] += Duration.ofHours(1).toNanos();
      turns(2);
    }
    assertThat(exporter.requests).hasSize(6);
    assertThat(committed(P0)).isEmpty();
    assertThat(loop.progress().retries()).isEqualTo(6);
    assertThat(loop.progress().lastError()).contains("Connection refused");

    exporter.answer = names -> Answers.accepted();
    now[0] += Duration.ofHours(1).toNanos();
    turns(3);
    assertThat(consumer.paused()).isEmpty();
    assertThat(committed(P0)).contains(1L);
    assertThat(loop.progress().lastError()).isEmpty();
  }

  @Test
  void shouldPauseWhenTheBufferIsFull() {
    exporter.answer = names -> new CompletableResultCode();
    for (int i = 0; i < 10; i++) {
      add(P0, encode(i, 1, 5_000));
    }
    turns(2);
    assertThat(consumer.paused()).isNotEmpty();
    exporter.answer = names -> Answers.accepted();
    exporter.open.get(0).succeed();
    turns(10);
    assertThat(consumer.paused()).isEmpty();
    assertThat(committed(P0)).contains(10L);
    assertThat(exporter.requests).allSatisfy(names -> assertThat(names).hasSizeLessThan(3));
  }

  @Test
  void shouldFindTheRefusedRecordInABatch() {
    exporter.answer =
        names -> names.contains(id(9)) ? Answers.http(400, "bad span") : Answers.accepted();
    add(P0, spans(1, 2));
    add(P0, poisoned());
    add(P1, spans(3, 1));
    turns(12);
    assertThat(graveyard.letters)
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.source.offset()).isEqualTo(1);
              assertThat(letter.refusal.reason()).isEqualTo(Refusal.REFUSED);
              assertThat(letter.refusal.message()).contains("400").contains("bad span");
            });
    // The batch, its three records, and the two halves of the refused one.
    assertThat(exporter.requests).hasSize(6);
    assertThat(committed(P0)).contains(2L);
    assertThat(committed(P1)).contains(3L);
    assertThat(loop.progress().deadLettered()).isEqualTo(1);
  }

  @Test
  void shouldSplitATooLargeRecordOnce() {
    exporter.answer =
        names -> names.size() > 2 ? Answers.http(413, "too large") : Answers.accepted();
    add(P0, spans(1, 4));
    turns(6);
    assertThat(graveyard.letters).isEmpty();
    assertThat(exporter.requests).extracting(List::size).containsExactly(4, 2, 2);
    assertThat(committed(P0)).contains(1L);

    add(P0, spans(2, 8));
    turns(6);
    assertThat(graveyard.letters).hasSize(1);
    assertThat(committed(P0)).contains(2L);
  }

  @Test
  void shouldBuryWhatWasPartlyRefusedAndNotSendItAgain() {
    exporter.answer = names -> objecting(2, "two are too old");
    add(P0, spans(1, 2));
    add(P1, spans(2, 3));
    turns(4);
    assertThat(exporter.requests).hasSize(1);
    assertThat(graveyard.letters)
        .extracting(Letter::refusal)
        .containsExactly(
            new Refusal(Refusal.PARTLY_REFUSED, "2 of 5 spans, of 2 records: two are too old"),
            new Refusal(Refusal.PARTLY_REFUSED, "2 of 5 spans, of 2 records: two are too old"));
    assertThat(committed(P0)).contains(1L);
    assertThat(committed(P1)).contains(2L);
    assertThat(loop.progress()).isEqualTo(new OtlpSink.Progress(2, 5, 3, 2, 0, 2, ""));
  }

  @Test
  void shouldTakeAMereRemarkForConsent() {
    exporter.answer = names -> objecting(0, "attributes were shortened");
    add(P0, spans(1, 2));
    turns(3);
    assertThat(graveyard.letters).isEmpty();
    assertThat(committed(P0)).contains(1L);
    assertThat(loop.progress()).isEqualTo(new OtlpSink.Progress(1, 2, 2, 0, 0, 0, ""));
  }

  @Test
  void shouldBuryARecordOnceWhenAHalfIsPartlyRefused() {
    exporter.answer =
        names -> names.size() > 2 ? Answers.http(413, "too large") : objecting(1, "one is odd");
    add(P0, spans(1, 4));
    turns(8);
    assertThat(exporter.requests).extracting(List::size).containsExactly(4, 2, 2);
    assertThat(graveyard.letters)
        .extracting(Letter::refusal)
        .containsExactly(
            new Refusal(Refusal.PARTLY_REFUSED, "1 of 2 spans, of 1 records: one is odd"));
    assertThat(committed(P0)).contains(1L);
    assertThat(loop.progress().rejected()).isEqualTo(2);
  }

  @Test
  void shouldBuryWhatCannotBeReadInItsPlace() {
    add(P0, spans(1, 1));
    add(P0, GARBAGE);
    add(P0, spans(2, 1));
    turns(4);
    assertThat(graveyard.letters)
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.refusal.reason()).isEqualTo(Refusal.UNREADABLE);
              assertThat(letter.source.value()).isEqualTo(GARBAGE);
            });
    assertThat(exporter.requests).hasSize(2);
    assertThat(committed(P0)).contains(3L);
  }

  @Test
  void shouldTryAgainWhenADeadLetterCannotBeWritten() {
    graveyard.closed = true;
    add(P0, GARBAGE);
    turns(3);
    assertThat(committed(P0)).isEmpty();
    assertThat(loop.progress().lastError()).contains("no dead letters today");
    graveyard.closed = false;
    now[0] += Duration.ofMinutes(1).toNanos();
    turns(2);
    assertThat(committed(P0)).contains(1L);
  }

  @Test
  void shouldCommitAtRevocationWhatWasAnswered() {
    exporter.answer = names -> new CompletableResultCode();
    add(P0, spans(1, 1));
    turns(1);
    exporter.open.get(0).succeed();
    loop.onPartitionsRevoked(List.of(P0));
    assertThat(committed(P0)).contains(1L);
  }

  @Test
  void shouldForgetLostPartitionsButGoOnWithTheOthers() {
    exporter.answer = names -> Answers.unreachable();
    add(P0, spans(1, 1));
    add(P1, spans(2, 2));
    turns(2);
    assertThat(exporter.requests.get(0)).hasSize(3);
    loop.onPartitionsLost(List.of(P0));
    consumer.rebalance(List.of(P1));

    exporter.answer = names -> Answers.accepted();
    now[0] += Duration.ofMinutes(1).toNanos();
    turns(2);
    assertThat(exporter.requests.get(1)).hasSize(2);
    assertThat(committed(P1)).isPresent();
    assertThat(loop.progress().exported()).isEqualTo(2);
  }

  @Test
  void shouldNotTakeALateAnswerForThatOfAnotherRequest() {
    exporter.answer = names -> new CompletableResultCode();
    add(P0, spans(1, 1));
    turns(1);
    loop.onPartitionsLost(List.of(P0));
    add(P1, spans(2, 1));
    turns(2);
    assertThat(exporter.requests).hasSize(1);
    exporter.open.get(0).succeed();
    turns(1);
    assertThat(committed(P1)).isEmpty();
    assertThat(exporter.requests).hasSize(2);
    exporter.open.get(1).succeed();
    turns(1);
    assertThat(committed(P1)).isPresent();
  }

  private CompletableResultCode objecting(long rejected, String message) {
    objections.add(new Objection(rejected, message));
    return Answers.accepted();
  }

  private void turns(int count) {
    for (int i = 0; i < count; i++) {
      loop.turn();
    }
  }

  private Optional<Long> committed(TopicPartition partition) {
    return Optional.ofNullable(consumer.committed(Set.of(partition)).get(partition))
        .map(OffsetAndMetadata::offset);
  }

  private void add(TopicPartition partition, byte[] value) {
    consumer.addRecord(
        new ConsumerRecord<>(
            TOPIC,
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

  private static final class Graveyard implements DeadLetters {
    private final List<Letter> letters = new ArrayList<>();
    private boolean closed;

    @Override
    public void send(ConsumerRecord<byte[], byte[]> source, Refusal refusal) {
      if (closed) {
        throw new KafkaException("no dead letters today");
      }
      letters.add(new Letter(source, refusal));
    }

    @Override
    public void close() {}
  }

  private record Letter(ConsumerRecord<byte[], byte[]> source, Refusal refusal) {}
}
