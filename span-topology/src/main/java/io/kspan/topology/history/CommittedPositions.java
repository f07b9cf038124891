package io.kspan.topology.history;

import io.kspan.topology.names.Topics;
import io.kspan.topology.ops.Offsets;
import io.kspan.topology.ops.UnansweredException;
import io.kspan.topology.time.IdlePartitions;
import io.kspan.topology.time.Watermark;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The committed positions of a replay's group, which say when a partition has been read to the end
 * of the range. They replace the end markers of a capture: the input topics are never written.
 *
 * <p>Thread-safe.
 */
final class CommittedPositions implements IdlePartitions {
  private static final Logger log = LoggerFactory.getLogger(CommittedPositions.class);
  // Bounds how long a stopped replay waits for a silent broker.
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final Offsets reader;
  private final String group;
  private final Topics topics;
  private final OffsetRange offsets;
  private volatile Map<TopicPartition, Long> positions;

  CommittedPositions(Admin admin, String group, Topics topics, OffsetRange offsets) {
    this.reader = new Offsets(admin, TIMEOUT);
    this.group = group;
    this.topics = topics;
    this.offsets = offsets;
    this.positions = offsets.begins();
  }

  @Override
  public long idleSince(String topic, int partition) {
    TopicPartition input = new TopicPartition(topic, partition);
    if (positions.getOrDefault(input, Long.MIN_VALUE) >= offsets.ends().get(input)) {
      return Watermark.END_OF_INPUT;
    }
    // Earlier events are not read, so the watermark need not wait for the first record.
    return topic.equals(topics.events()) ? offsets.readFromMillis() : Watermark.NONE;
  }

  /** Asks the brokers; returns how many records of the range are read. */
  long read() throws InterruptedException {
    try {
      Map<TopicPartition, Long> committed = new HashMap<>(offsets.begins());
      reader
          .committed(group)
          .forEach(
              (partition, offset) -> committed.computeIfPresent(partition, (p, begin) -> offset));
      positions = Map.copyOf(committed);
    } catch (UnansweredException e) {
      log.warn("The progress of the replay is unknown: {}", e.getMessage());
    }
    return offsets.readUpTo(positions);
  }
}
