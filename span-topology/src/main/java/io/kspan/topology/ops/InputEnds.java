package io.kspan.topology.ops;

import io.kspan.topology.InputPartitions;
import io.kspan.topology.Topics;
import io.kspan.topology.resolve.IdlePartitions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the broker once a second which input partitions have been read to their end: the group's
 * committed position equals the read-committed end offset.
 *
 * <p>Thread-safe. While the broker does not answer, no partition counts as idle.
 */
public final class InputEnds implements IdlePartitions, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(InputEnds.class);
  private static final long INTERVAL_MILLIS = 1000;
  private static final int ANSWER_SECONDS = 5;

  private final Admin admin;
  private final String group;
  private final Topics topics;
  private final InputPartitions partitions;
  private final InstantSource clock;
  private final ScheduledExecutorService executor;
  private volatile Map<TopicPartition, Long> idle = Map.of();
  private volatile Map<TopicPartition, Long> lags = Map.of();
  private volatile long answeredMillis;
  private volatile Exception complaint;

  /** Asks for the inputs among {@code topics}, which have so many partitions. */
  public InputEnds(
      Admin admin, String group, Topics topics, InputPartitions partitions, InstantSource clock) {
    this.admin = admin;
    this.group = group;
    this.topics = topics;
    this.partitions = partitions;
    this.clock = clock;
    this.answeredMillis = clock.millis();
    this.executor =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "input-ends-" + group);
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Starts asking. */
  public void start() {
    executor.scheduleWithFixedDelay(this::ask, 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public long idleSince(String topic, int partition) {
    return idle.getOrDefault(new TopicPartition(topic, partition), Long.MIN_VALUE);
  }

  /** Records that the group has not processed yet; empty while nobody has said so. */
  Map<TopicPartition, Long> lags() {
    return lags;
  }

  /** How long no question has been answered, 0 if the last was. */
  public Duration silence() {
    return complaint == null ? Duration.ZERO : Duration.ofMillis(clock.millis() - answeredMillis);
  }

  /** Why the last question was not answered, null if it was. */
  public Exception complaint() {
    return complaint;
  }

  private void ask() {
    // Before the question: what arrives while the broker answers is not covered by the answer.
    long asked = clock.millis();
    try {
      idle = partitionsAtEnd(asked);
      answeredMillis = asked;
      complaint = null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      idle = Map.of();
      lags = Map.of();
      complaint = e;
      log.warn("Cannot tell which inputs are read to their end: {}", e.toString());
    }
  }

  private Map<TopicPartition, Long> partitionsAtEnd(long asked)
      throws InterruptedException, ExecutionException, TimeoutException {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    Map<TopicPartition, OffsetSpec> earliest = new HashMap<>();
    for (TopicPartition partition : inputs()) {
      latest.put(partition, OffsetSpec.latest());
      earliest.put(partition, OffsetSpec.earliest());
    }
    // Positions first: an end that is read later can only be larger.
    Map<TopicPartition, OffsetAndMetadata> positions =
        admin
            .listConsumerGroupOffsets(group)
            .partitionsToOffsetAndMetadata()
            .get(ANSWER_SECONDS, TimeUnit.SECONDS);
    Map<TopicPartition, ListOffsetsResultInfo> starts = offsets(earliest);
    Map<TopicPartition, Long> atEnd = new HashMap<>();
    Map<TopicPartition, Long> left = new HashMap<>();
    offsets(latest)
        .forEach(
            (partition, end) -> {
              OffsetAndMetadata position = positions.get(partition);
              long read = position == null ? starts.get(partition).offset() : position.offset();
              left.put(partition, Math.max(0, end.offset() - read));
              if (read >= end.offset()) {
                atEnd.put(partition, asked);
              }
            });
    lags = Map.copyOf(left);
    return Map.copyOf(atEnd);
  }

  private List<TopicPartition> inputs() {
    List<TopicPartition> inputs = new ArrayList<>();
    for (int partition = 0; partition < partitions.objects(); partition++) {
      inputs.add(new TopicPartition(topics.objects(), partition));
    }
    for (int partition = 0; partition < partitions.events(); partition++) {
      inputs.add(new TopicPartition(topics.events(), partition));
    }
    return inputs;
  }

  private Map<TopicPartition, ListOffsetsResultInfo> offsets(Map<TopicPartition, OffsetSpec> wanted)
      throws InterruptedException, ExecutionException, TimeoutException {
    return admin
        .listOffsets(wanted, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
        .all()
        .get(ANSWER_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
