package io.kspan.topology.export;

import io.kspan.topology.metrics.Metric;
import io.kspan.topology.metrics.Metrics;
import io.kspan.topology.names.Topics;
import io.kspan.topology.otlp.OtlpRequests;
import io.kspan.topology.otlp.UnreadableRequestException;
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
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads ahead up to a bound, lets the {@link ExportWorker} export one batch after the other, and
 * commits what is exported. The sink's thread calls it in turns; the getters are for any thread.
 *
 * <p>The consumer is polled at least every {@value #TURN_MILLIS} ms whatever the backend does, so
 * that the sink stays in its group; while the backend fails or the buffer is full the partitions
 * are paused.
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
  private final ExportWorker worker;
  private final Metrics metrics;
  private final ChangeMetrics changes;
  private final Topics topics;
  private final int batchMaxBytes;
  private final int bufferMaxBytes;
  private final PendingRecords pending = new PendingRecords();

  private long lastTurn;

  private volatile boolean joined;
  private volatile long spans;
  private volatile boolean caughtUp;

  SinkLoop(
      Consumer<byte[], byte[]> consumer,
      ExportWorker worker,
      ChangeMetrics changes,
      SinkConfig config,
      Metrics metrics) {
    this.consumer = consumer;
    this.worker = worker;
    this.changes = changes;
    this.metrics = metrics;
    this.lastTurn = worker.nanos();
    this.topics = config.topics();
    this.batchMaxBytes = config.batchMaxBytes();
    this.bufferMaxBytes = config.bufferMaxBytes();
  }

  void subscribe() {
    consumer.subscribe(
        topics.hasChanges() ? List.of(topics.spans(), topics.changes()) : List.of(topics.spans()),
        this);
  }

  /** One turn: never longer than {@value #TURN_MILLIS} ms plus the clients' own timeouts. */
  void turn() {
    pauseOrResume();
    worker.await(TURN);
    boolean nothingNew = !read();
    worker.handleAnswer();
    if (worker.isIdle() && !pending.isEmpty()) {
      worker.add(batches(pending.take(batchMaxBytes)));
    }
    worker.sendNext();
    commit();
    caughtUp = nothingNew && worker.isIdle() && pending.isEmpty() && atEnd();
    metrics.set(Metric.SINK_LAG, lag());
    metrics.set(Metric.SINK_PENDING, pending.bytes());
  }

  /** Gives the request under way {@code timeout} to be answered, and commits. */
  void drain(Duration timeout) {
    worker.await(timeout);
    worker.handleAnswer();
    commit();
  }

  boolean joined() {
    return joined;
  }

  SinkStatistics statistics() {
    return new SinkStatistics(
        metrics.sum(Metric.SINK_RECORDS),
        spans,
        metrics.sum(Metric.SINK_SPANS),
        metrics.sum(Metric.SINK_REJECTED_SPANS),
        metrics.sum(Metric.SINK_RETRIES),
        metrics.sum(Metric.SINK_DEAD_LETTERS),
        worker.lastError());
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
    worker.remove(partitions);
    pending.remove(partitions);
  }

  /** Reads until a batch is full: many records in one request cost less than many requests. */
  private boolean read() {
    boolean read = false;
    ConsumerRecords<byte[], byte[]> polled = consumer.poll(pollTime());
    while (!polled.isEmpty()) {
      read = true;
      polled.records(topics.spans()).forEach(pending::add);
      boolean anyChange = measureChanges(polled);
      if (anyChange || pending.bytes() >= Math.min(batchMaxBytes, bufferMaxBytes)) {
        break;
      }
      polled = consumer.poll(Duration.ZERO);
    }
    return read;
  }

  /** Changes are done at once, whatever the backend of the spans does. */
  private boolean measureChanges(ConsumerRecords<byte[], byte[]> polled) {
    boolean any = false;
    for (TopicPartition partition : polled.partitions()) {
      if (partition.topic().equals(topics.changes())) {
        any = true;
        for (ConsumerRecord<byte[], byte[]> record : polled.records(partition)) {
          if (!changes.accept(record)) {
            consumer.seek(partition, record.offset());
            break;
          }
          worker.committable().put(partition, new OffsetAndMetadata(record.offset() + 1));
        }
      }
    }
    return any;
  }

  private Duration pollTime() {
    if (worker.isWaitingForAnswer()) {
      return Duration.ZERO;
    }
    if (!worker.isIdle()) {
      Duration pause = worker.pause();
      return pause.compareTo(TURN) < 0 ? pause : TURN;
    }
    return pending.isEmpty() ? IDLE : Duration.ZERO;
  }

  private void pauseOrResume() {
    long now = worker.nanos();
    if (worker.isFailing() || pending.bytes() >= bufferMaxBytes) {
      metrics.add(Metric.SINK_PAUSED_TIME, consumer.paused().isEmpty() ? 0 : now - lastTurn);
      // In every turn: partitions that a rebalance has brought are not paused yet.
      consumer.pause(
          consumer.assignment().stream()
              .filter(one -> one.topic().equals(topics.spans()))
              .toList());
    } else {
      consumer.resume(consumer.paused());
    }
    lastTurn = now;
  }

  /** Readable neighbours are one request; an unreadable record keeps its place between them. */
  private List<Batch> batches(List<ConsumerRecord<byte[], byte[]>> taken) {
    List<Batch> batches = new ArrayList<>();
    List<SinkRecord> together = new ArrayList<>();
    long read = 0;
    for (ConsumerRecord<byte[], byte[]> source : taken) {
      metrics.count(Metric.SINK_RECORDS);
      try {
        SinkRecord one = new SinkRecord(source, OtlpRequests.countSpans(source.value()));
        read += one.spans();
        together.add(one);
      } catch (UnreadableRequestException e) {
        if (!together.isEmpty()) {
          batches.add(Batch.of(List.copyOf(together)));
          together.clear();
        }
        SinkRecord unreadable = new SinkRecord(source, 0);
        unreadable.refuse(new Refusal(Refusal.UNREADABLE, e.getMessage()));
        batches.add(Batch.deadLetter(unreadable));
      }
    }
    if (!together.isEmpty()) {
      batches.add(Batch.of(together));
    }
    spans += read;
    return batches;
  }

  private void commit() {
    Map<TopicPartition, OffsetAndMetadata> committable = worker.committable();
    if (committable.isEmpty()) {
      return;
    }
    try {
      consumer.commitSync(Map.copyOf(committable), COMMIT_TIMEOUT);
      committable.clear();
    } catch (RebalanceInProgressException | RetriableException e) {
      log.debug("Commit is repeated in the next turn", e);
    } catch (CommitFailedException e) {
      log.warn("The partitions have moved; their new owner exports again what was not committed");
      committable.clear();
    }
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
