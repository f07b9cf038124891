package io.kspan.topology.export;

import io.kspan.topology.metrics.Metric;
import io.kspan.topology.metrics.Metrics;
import io.kspan.topology.otlp.Signal;
import io.opentelemetry.sdk.common.export.MessageWriter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends batches to the backend one after the other, each until there is a definite answer. No batch
 * overtakes another, which keeps the requests of a trace in order.
 *
 * <p>The {@link SinkLoop} calls it on the sink's thread. It never blocks, except while a dead
 * letter is written.
 */
final class ExportWorker {
  private static final Logger log = LoggerFactory.getLogger(ExportWorker.class);
  private static final int MAX_DOUBLINGS = 30;
  private static final double NANOS_PER_SECOND = 1e9;

  private final Signal signal;
  private final Function<MessageWriter, CompletableFuture<ExportResult>> sender;
  private final DeadLetterWriter deadLetters;
  private final Duration backoffMin;
  private final Duration backoffMax;
  private final DoubleSupplier random;
  private final LongSupplier nanoClock;
  private final Metrics metrics;

  private final Deque<Batch> queue = new ArrayDeque<>();
  private final Map<TopicPartition, OffsetAndMetadata> committable = new HashMap<>();
  private CompletableFuture<ExportResult> answer;

  /** False if the batch that {@link #answer} is about was removed in the meantime. */
  private boolean answerIsOfHead;

  private int failures;
  private long notBefore;
  private long sentAt;
  private volatile String lastError = "";

  /**
   * @param random numbers in [0, 1), which spread the retries of several sinks
   */
  ExportWorker(
      Signal signal,
      Function<MessageWriter, CompletableFuture<ExportResult>> sender,
      DeadLetterWriter deadLetters,
      SinkConfig config,
      DoubleSupplier random,
      LongSupplier nanoClock,
      Metrics metrics) {
    this.signal = signal;
    this.sender = sender;
    this.deadLetters = deadLetters;
    this.backoffMin = config.backoffMin();
    this.backoffMax = config.backoffMax();
    this.random = random;
    this.nanoClock = nanoClock;
    this.metrics = metrics;
    this.notBefore = nanoClock.getAsLong();
  }

  boolean isIdle() {
    return queue.isEmpty() && answer == null;
  }

  /** The answer that it waits for; empty if it waits for none. */
  Optional<CompletableFuture<ExportResult>> answer() {
    return Optional.ofNullable(answer);
  }

  boolean isFailing() {
    return failures > 0;
  }

  /** Time until the next attempt, zero when it is due. */
  Duration pause() {
    return queue.isEmpty()
        ? Duration.ZERO
        : Duration.ofNanos(Math.max(0, notBefore - nanoClock.getAsLong()));
  }

  void add(Collection<Batch> batches) {
    queue.addAll(batches);
  }

  void handleAnswer() {
    if (answer == null || !answer.isDone()) {
      return;
    }
    ExportResult result = answer.join();
    metrics.record(
        Metric.SINK_REQUEST_DURATION,
        (nanoClock.getAsLong() - sentAt) / NANOS_PER_SECOND,
        result.errorType());
    answer = null;
    if (!answerIsOfHead) {
      return;
    }
    answerIsOfHead = false;
    switch (result.kind()) {
      case ACCEPTED -> accepted(result);
      case REFUSED -> refused(new Refusal(Refusal.REFUSED, result.message()));
      default -> failed(result.message());
    }
  }

  /**
   * Sends the next batch, or writes the next dead letter, if one is due. One at a time: the
   * consumer is polled between two dead letters on a slow broker.
   */
  void sendNext() {
    if (answer != null || queue.isEmpty() || notBefore - nanoClock.getAsLong() > 0) {
      return;
    }
    Batch next = queue.peekFirst();
    if (next.kind() == Batch.Kind.DEAD_LETTER) {
      writeDeadLetter(next.records().get(0));
    } else {
      sentAt = nanoClock.getAsLong();
      answer = sender.apply(next);
      answerIsOfHead = true;
    }
  }

  /** Removes the records of {@code partitions}: another sink exports them from now on. */
  void remove(Collection<TopicPartition> partitions) {
    List<Batch> kept = queue.stream().map(batch -> batch.without(partitions)).toList();
    answerIsOfHead = answerIsOfHead && !kept.isEmpty() && !kept.get(0).records().isEmpty();
    queue.clear();
    kept.stream().filter(batch -> !batch.records().isEmpty()).forEach(queue::add);
    committable.keySet().removeAll(partitions);
  }

  /** The positions up to which every record is complete and that are not committed yet. */
  Map<TopicPartition, OffsetAndMetadata> committable() {
    return committable;
  }

  /** Why the last attempt failed, empty when it succeeded; for any thread. */
  String lastError() {
    return lastError;
  }

  /**
   * The pause after the n-th failure in a row: doubled each time up to a maximum, and between half
   * and all of that, so that many sinks do not repeat at the same moment.
   */
  static Duration backoff(Duration min, Duration max, int failures, double random) {
    long doubled = min.toNanos();
    for (int i = 1; i < Math.min(failures, MAX_DOUBLINGS) && doubled < max.toNanos(); i++) {
      doubled *= 2;
    }
    long full = Math.min(doubled, max.toNanos());
    return Duration.ofNanos(full / 2 + (long) (full / 2 * random));
  }

  /** What counts the items of a signal that the backend has accepted. */
  static Metric exported(Signal signal) {
    return signal == Signal.TRACES ? Metric.SINK_SPANS : Metric.SINK_LOG_RECORDS;
  }

  private static Metric rejected(Signal signal) {
    return signal == Signal.TRACES ? Metric.SINK_REJECTED_SPANS : Metric.SINK_REJECTED_LOG_RECORDS;
  }

  private void accepted(ExportResult result) {
    if (failures > 0) {
      log.info("The OTLP backend accepts {} again after {} failed attempts", signal, failures);
    }
    recovered();
    Batch batch = queue.pollFirst();
    long left = Math.min(result.rejected(), batch.items());
    metrics.add(exported(signal), batch.items() - left);
    if (left > 0) {
      metrics.add(rejected(signal), left);
      String message =
          "%d of %d %ss, of %d records: %s"
              .formatted(
                  result.rejected(),
                  batch.items(),
                  signal.item(),
                  batch.records().size(),
                  result.message());
      log.warn("The OTLP backend rejects {}", message);
      refuse(batch, new Refusal(Refusal.PARTLY_REFUSED, message));
    } else if (!result.message().isEmpty()) {
      log.warn("The OTLP backend accepts, with a warning: {}", result.message());
    }
    complete(batch);
  }

  private void refused(Refusal refusal) {
    recovered();
    Batch batch = queue.pollFirst();
    List<Batch> parts = batch.split().toList();
    if (parts.isEmpty()) {
      refuse(batch, refusal);
      complete(batch);
    } else {
      addFirst(parts);
    }
  }

  private static void refuse(Batch batch, Refusal refusal) {
    batch.records().forEach(one -> one.refuse(refusal));
  }

  /** Of a batch with an answer: its records are exported, or become dead letters. */
  private void complete(Batch batch) {
    if (batch.kind() == Batch.Kind.FIRST_HALF) {
      return;
    }
    if (batch.records().get(0).refusal() == null) {
      batch.records().forEach(this::complete);
    } else {
      addFirst(batch.records().stream().map(Batch::deadLetter).toList());
    }
  }

  private void complete(SinkRecord one) {
    committable.put(one.partition(), new OffsetAndMetadata(one.source().offset() + 1));
  }

  private void addFirst(List<Batch> batches) {
    for (int i = batches.size() - 1; i >= 0; i--) {
      queue.addFirst(batches.get(i));
    }
  }

  private void failed(String message) {
    failures++;
    metrics.count(Metric.SINK_RETRIES);
    lastError = message;
    Duration pause = backoff(backoffMin, backoffMax, failures, random.getAsDouble());
    notBefore = nanoClock.getAsLong() + pause.toNanos();
    log.warn(
        "Export failed ({} in a row), next attempt of {} in {} ms: {}",
        failures,
        signal,
        pause.toMillis(),
        message);
  }

  /** After a definite answer, a refusal included. */
  private void recovered() {
    failures = 0;
    lastError = "";
    notBefore = nanoClock.getAsLong();
  }

  private void writeDeadLetter(SinkRecord one) {
    try {
      deadLetters.write(one.source(), one.refusal());
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      failed(e.getMessage());
      return;
    }
    recovered();
    queue.pollFirst();
    complete(one);
  }
}
