package io.kspan.topology.export;

import io.kspan.topology.metrics.Metric;
import io.kspan.topology.metrics.Metrics;
import io.kspan.topology.otlp.Signal;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads records for the {@link SignalExport}s, and commits what they have exported. The sink's
 * thread calls it in turns; the getters are for any thread.
 *
 * <p>The consumer is polled at least every {@value #TURN_MILLIS} ms whatever the backend does, so
 * that the sink stays in its group; while the backend fails or the buffer is full the partitions of
 * that signal are paused, and those of the other are not.
 */
final class SinkLoop implements ConsumerRebalanceListener {
  private static final Logger log = LoggerFactory.getLogger(SinkLoop.class);

  private static final long TURN_MILLIS = 100;
  private static final Duration TURN = Duration.ofMillis(TURN_MILLIS);

  /** The longest time until {@code close} is noticed when there is nothing to do. */
  private static final Duration IDLE = Duration.ofMillis(200);

  /** For the request under way when its partition moves: once answered, it is not sent again. */
  private static final Duration REVOKE_WAIT = Duration.ofSeconds(10);

  private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(10);

  private final Consumer<byte[], byte[]> consumer;
  private final List<SignalExport> exports;
  private final ChangeMetrics changes;
  private final String changesTopic;
  private final LongSupplier nanoClock;
  private final Metrics metrics;
  private final Map<TopicPartition, OffsetAndMetadata> measured = new HashMap<>();

  private long lastTurn;

  private volatile boolean joined;
  private volatile boolean caughtUp;

  /**
   * @param exports one per signal
   * @param changesTopic empty if changes are not measured
   */
  SinkLoop(
      Consumer<byte[], byte[]> consumer,
      List<SignalExport> exports,
      ChangeMetrics changes,
      String changesTopic,
      LongSupplier nanoClock,
      Metrics metrics) {
    this.consumer = consumer;
    this.exports = List.copyOf(exports);
    this.changes = changes;
    this.changesTopic = changesTopic;
    this.nanoClock = nanoClock;
    this.metrics = metrics;
    this.lastTurn = nanoClock.getAsLong();
  }

  void subscribe() {
    Stream<String> signals = exports.stream().map(SignalExport::topic);
    consumer.subscribe(
        Stream.concat(signals, Stream.of(changesTopic)).filter(topic -> !topic.isEmpty()).toList(),
        this);
  }

  /** One turn: never longer than {@value #TURN_MILLIS} ms plus the clients' own timeouts. */
  void turn() {
    pauseOrResume();
    await(CompletableFuture::anyOf, TURN);
    boolean nothingNew = !read();
    exports.forEach(SignalExport::proceed);
    commit();
    caughtUp = nothingNew && exports.stream().allMatch(SignalExport::isDone) && atEnd();
    metrics.set(Metric.SINK_LAG, lag());
    metrics.set(Metric.SINK_PENDING, exports.stream().mapToLong(SignalExport::pendingBytes).sum());
  }

  /** Gives the requests under way {@code timeout} to be answered, and commits. */
  void drain(Duration timeout) {
    await(CompletableFuture::allOf, timeout);
    exports.forEach(export -> export.worker().handleAnswer());
    commit();
  }

  /** Waits for answers, if any is awaited. */
  private void await(
      Function<CompletableFuture<?>[], CompletableFuture<?>> which, Duration timeout) {
    CompletableFuture<?>[] answers =
        exports.stream()
            .flatMap(export -> export.worker().answer().stream())
            .toArray(CompletableFuture[]::new);
    if (answers.length == 0) {
      return;
    }
    try {
      which.apply(answers).get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      // The next call of the consumer throws.
      Thread.currentThread().interrupt();
    } catch (TimeoutException e) {
      // The next turn checks again.
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  boolean joined() {
    return joined;
  }

  SinkStatistics statistics() {
    return new SinkStatistics(
        metrics.sum(Metric.SINK_RECORDS),
        exports.stream()
            .filter(export -> export.signal() == Signal.TRACES)
            .mapToLong(SignalExport::items)
            .sum(),
        metrics.sum(Metric.SINK_SPANS),
        metrics.sum(Metric.SINK_REJECTED_SPANS),
        metrics.sum(Metric.SINK_RETRIES),
        metrics.sum(Metric.SINK_DEAD_LETTERS),
        metrics.sum(Metric.SINK_LOG_RECORDS),
        exports.stream()
            .map(SignalExport::lastError)
            .filter(error -> !error.isEmpty())
            .findFirst()
            .orElse(""));
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
    exports.forEach(export -> export.remove(partitions));
    measured.keySet().removeAll(partitions);
  }

  /** Reads until a batch is full: many records in one request cost less than many requests. */
  private boolean read() {
    boolean read = false;
    ConsumerRecords<byte[], byte[]> polled = consumer.poll(pollTime());
    while (!polled.isEmpty()) {
      read = true;
      for (SignalExport export : exports) {
        polled.records(export.topic()).forEach(export::add);
      }
      boolean anyChange = measureChanges(polled);
      if (anyChange || exports.stream().anyMatch(SignalExport::hasBatch)) {
        break;
      }
      polled = consumer.poll(Duration.ZERO);
    }
    return read;
  }

  /** Changes are done at once, whatever the backend does. */
  private boolean measureChanges(ConsumerRecords<byte[], byte[]> polled) {
    boolean any = false;
    for (TopicPartition partition : polled.partitions()) {
      if (partition.topic().equals(changesTopic)) {
        any = true;
        for (ConsumerRecord<byte[], byte[]> record : polled.records(partition)) {
          if (!changes.accept(record)) {
            consumer.seek(partition, record.offset());
            break;
          }
          measured.put(partition, new OffsetAndMetadata(record.offset() + 1));
        }
      }
    }
    return any;
  }

  private Duration pollTime() {
    return exports.stream().map(SinkLoop::pollTime).min(Comparator.naturalOrder()).orElse(IDLE);
  }

  private static Duration pollTime(SignalExport export) {
    if (export.isDone()) {
      return IDLE;
    }
    ExportWorker worker = export.worker();
    if (worker.isIdle() || worker.answer().isPresent()) {
      return Duration.ZERO;
    }
    Duration pause = worker.pause();
    return pause.compareTo(TURN) < 0 ? pause : TURN;
  }

  private void pauseOrResume() {
    long now = nanoClock.getAsLong();
    Set<String> held =
        exports.stream()
            .filter(SignalExport::isHeld)
            .map(SignalExport::topic)
            .collect(Collectors.toSet());
    if (!held.isEmpty()) {
      metrics.add(Metric.SINK_PAUSED_TIME, consumer.paused().isEmpty() ? 0 : now - lastTurn);
    }
    // In every turn: partitions that a rebalance has brought are not paused yet.
    consumer.pause(
        consumer.assignment().stream().filter(one -> held.contains(one.topic())).toList());
    consumer.resume(consumer.paused().stream().filter(one -> !held.contains(one.topic())).toList());
    lastTurn = now;
  }

  private void commit() {
    Map<TopicPartition, OffsetAndMetadata> committable = new HashMap<>(measured);
    exports.forEach(export -> committable.putAll(export.worker().committable()));
    if (committable.isEmpty()) {
      return;
    }
    try {
      consumer.commitSync(committable, COMMIT_TIMEOUT);
      forgetCommittable();
    } catch (RebalanceInProgressException | RetriableException e) {
      log.debug("Commit is repeated in the next turn", e);
    } catch (CommitFailedException e) {
      log.warn("The partitions have moved; their new owner exports again what was not committed");
      forgetCommittable();
    }
  }

  private void forgetCommittable() {
    measured.clear();
    exports.forEach(export -> export.worker().committable().clear());
  }

  private boolean atEnd() {
    Set<TopicPartition> assigned = consumer.assignment();
    return !assigned.isEmpty()
        && assigned.stream().allMatch(one -> consumer.currentLag(one).orElse(1) == 0);
  }

  private long lag() {
    return consumer.assignment().stream()
        .mapToLong(one -> consumer.currentLag(one).orElse(0))
        .sum();
  }
}
