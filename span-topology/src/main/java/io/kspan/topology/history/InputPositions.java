package io.kspan.topology.history;

import io.kspan.topology.Topics;
import io.kspan.topology.resolve.IdlePartitions;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far a replay has read its inputs, as its group has committed: what is committed has been
 * processed, so a partition whose position has reached the end is at its end for good.
 *
 * <p>Takes the place of end markers, which would have to be written into topics of others.
 * Thread-safe.
 */
final class InputPositions implements IdlePartitions, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(InputPositions.class);
  private static final long INTERVAL_MILLIS = 250;
  private static final int ANSWER_SECONDS = 10;

  private final Admin admin;
  private final String group;
  private final Topics topics;
  private final Extract extract;
  private final ScheduledExecutorService executor;
  private volatile Map<TopicPartition, Long> positions;

  /** Positions of {@code group}, which begins where the extract does. */
  InputPositions(Admin admin, String group, Topics topics, Extract extract) {
    this.admin = admin;
    this.group = group;
    this.topics = topics;
    this.extract = extract;
    this.positions = extract.begins();
    this.executor =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "input-positions-" + group);
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Starts asking. */
  void start() {
    executor.scheduleWithFixedDelay(this::ask, 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** How many offsets have been read. */
  long read() {
    return extract.readUpTo(positions);
  }

  @Override
  public long idleSince(String topic, int partition) {
    TopicPartition asked = new TopicPartition(topic, partition);
    if (positions.getOrDefault(asked, Long.MIN_VALUE) >= extract.ends().get(asked)) {
      return Long.MAX_VALUE;
    }
    // Events from before are not read, so nobody has to wait for the first one to come.
    return topic.equals(topics.events()) ? extract.readFromMillis() : Long.MIN_VALUE;
  }

  private void ask() {
    try {
      Map<TopicPartition, Long> now = new HashMap<>(extract.begins());
      admin
          .listConsumerGroupOffsets(group)
          .partitionsToOffsetAndMetadata()
          .get(ANSWER_SECONDS, TimeUnit.SECONDS)
          .forEach(
              (partition, committed) -> {
                if (committed != null && now.containsKey(partition)) {
                  now.put(partition, committed.offset());
                }
              });
      positions = Map.copyOf(now);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      log.warn("Cannot tell how far the replay has read: {}", e.toString());
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
