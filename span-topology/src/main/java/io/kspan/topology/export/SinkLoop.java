package io.kspan.topology.export;

import io.kspan.topology.otlp.UnreadableRequestException;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the sink's thread does: reads ahead up to a bound, lets the {@link Courier} export one batch
 * after the other, and commits what is settled.
 *
 * <p>The consumer is polled at least every {@value #GRAIN_MILLIS} ms whatever the backend does, so
 * the group never takes the sink for dead; while the backend fails or the buffer is full the
 * partitions are paused. All methods on the sink's thread, except the readers of {@link #progress}
 * and {@link #caughtUp}.
 */
final class SinkLoop implements ConsumerRebalanceListener {
  private static final Logger log = LoggerFactory.getLogger(SinkLoop.class);

  private static final long GRAIN_MILLIS = 100;
  private static final Duration GRAIN = Duration.ofMillis(GRAIN_MILLIS);

  /** How soon {@code close} is noticed when there is nothing to do. */
  private static final Duration IDLE = Duration.ofMillis(200);

  /**
   * For a request under way when its partition moves: with the answer the new owner sends no twin.
   */
  private static final Duration REVOKE_WAIT = Duration.ofSeconds(10);

  private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(10);

  private final Consumer<byte[], byte[]> consumer;
  private final String topic;
  private final Courier courier;
  private final Backlog backlog;
  private final int batchMaxBytes;
  private final Tally tally;
  private final SpanReader reader = new SpanReader();

  private boolean joined;
  private long pausedNanos;
  private long turnedAt;

  private volatile OtlpSink.Progress progress;
  private volatile OtlpSink.Condition condition = OtlpSink.Condition.NONE;
  private volatile boolean caughtUp;

  SinkLoop(
      Consumer<byte[], byte[]> consumer,
      String topic,
      Courier courier,
      Backlog backlog,
      int batchMaxBytes,
      Tally tally) {
    this.consumer = consumer;
    this.topic = topic;
    this.courier = courier;
    this.backlog = backlog;
    this.batchMaxBytes = batchMaxBytes;
    this.tally = tally;
    this.progress = tally.snapshot();
    this.turnedAt = courier.nanos();
  }

  void subscribe() {
    consumer.subscribe(List.of(topic), this);
  }

  /** One turn: never longer than {@value #GRAIN_MILLIS} ms plus the clients' own timeouts. */
  void turn() {
    pauseOrResume();
    courier.await(GRAIN);
    boolean nothingNew = true;
    for (ConsumerRecord<byte[], byte[]> one : consumer.poll(pollTime())) {
      backlog.add(one);
      nothingNew = false;
    }
    courier.settle();
    if (courier.isIdle() && !backlog.isEmpty()) {
      courier.accept(parcels(backlog.take(batchMaxBytes)));
    }
    courier.sendNext();
    commit();
    caughtUp = nothingNew && courier.isIdle() && backlog.isEmpty() && atEnd();
    progress = tally.snapshot();
    condition =
        new OtlpSink.Condition(joined, lag(), backlog.bytes(), pausedNanos, tally.deadLetters());
  }

  /** Gives the request under way {@code timeout} to be answered, and commits. */
  void drain(Duration timeout) {
    courier.await(timeout);
    courier.settle();
    commit();
    progress = tally.snapshot();
  }

  OtlpSink.Progress progress() {
    return progress;
  }

  OtlpSink.Condition condition() {
    return condition;
  }

  boolean caughtUp() {
    return caughtUp;
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    joined = true;
    if (!partitions.isEmpty()) {
      log.info("Exporting {}", partitions);
    }
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    if (!partitions.isEmpty()) {
      drain(REVOKE_WAIT);
      onPartitionsLost(partitions);
    }
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    courier.forget(partitions);
    backlog.forget(partitions);
  }

  private Duration pollTime() {
    if (courier.isWaitingForAnswer()) {
      return Duration.ZERO;
    }
    if (!courier.isIdle()) {
      Duration pause = courier.pause();
      return pause.compareTo(GRAIN) < 0 ? pause : GRAIN;
    }
    return backlog.isEmpty() ? IDLE : Duration.ZERO;
  }

  private void pauseOrResume() {
    Set<TopicPartition> assigned = consumer.assignment();
    long now = courier.nanos();
    // Every turn anew: partitions that a rebalance brought are not paused.
    if (courier.isFailing() || backlog.isFull()) {
      pausedNanos += consumer.paused().isEmpty() ? 0 : now - turnedAt;
      consumer.pause(assigned);
    } else {
      consumer.resume(consumer.paused());
    }
    turnedAt = now;
  }

  private long lag() {
    return consumer.assignment().stream()
        .mapToLong(one -> consumer.currentLag(one).orElse(0))
        .sum();
  }

  /** Readable neighbours travel together; an unreadable record keeps its place between them. */
  private List<Parcel> parcels(List<ConsumerRecord<byte[], byte[]>> records) {
    List<Parcel> parcels = new ArrayList<>();
    List<SinkRecord> together = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> source : records) {
      try {
        List<SpanData> spans = reader.read(source.value());
        tally.read(spans.size());
        together.add(new SinkRecord(source, spans));
      } catch (UnreadableRequestException e) {
        tally.read(0);
        if (!together.isEmpty()) {
          parcels.add(Parcel.of(together));
          together = new ArrayList<>();
        }
        parcels.add(
            Parcel.dead(
                new SinkRecord(source, List.of()),
                new Refusal(Refusal.UNREADABLE, e.getMessage())));
      }
    }
    if (!together.isEmpty()) {
      parcels.add(Parcel.of(together));
    }
    return parcels;
  }

  private void commit() {
    Map<TopicPartition, OffsetAndMetadata> settled = courier.settled();
    if (settled.isEmpty()) {
      return;
    }
    try {
      consumer.commitSync(Map.copyOf(settled), COMMIT_TIMEOUT);
      settled.clear();
    } catch (RebalanceInProgressException | RetriableException e) {
      log.debug("Commit is repeated in the next turn", e);
    } catch (CommitFailedException e) {
      log.warn("The partitions have moved; their new owner exports again what was not committed");
      settled.clear();
    }
  }

  private boolean atEnd() {
    Set<TopicPartition> assigned = consumer.assignment();
    return !assigned.isEmpty()
        && assigned.stream().allMatch(one -> consumer.currentLag(one).orElse(1) == 0);
  }
}
