package io.kspan.topology.doctor;

import io.kspan.topology.waterfall.HumanDuration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * How far a group got with its topics between two samples; {@code starts} has the first offset of
 * each partition. Immutable.
 */
record GroupLag(Map<TopicPartition, Long> starts, Sample before, Sample after, Duration between) {
  /** A task waits for its other partition for up to a second, and commits afterwards. */
  private static final Duration LEAST = Duration.ofSeconds(3);

  /** Offsets at one moment: the ends of all partitions, and the positions that the group has. */
  record Sample(Map<TopicPartition, Long> ends, Map<TopicPartition, Long> committed) {}

  long arrived(String topic) {
    return sum(after.ends(), topic) - sum(before.ends(), topic);
  }

  /** Records that were ever written to {@code topic}, deleted ones included. */
  long written(String topic) {
    return sum(after.ends(), topic);
  }

  /** Records that {@code topic} holds; compaction and transactions make them fewer. */
  long held(String topic) {
    return written(topic) - sum(starts, topic);
  }

  /**
   * Records that the group had left at the second sample, without {@code tolerated} of each
   * partition.
   */
  long lag(long tolerated) {
    return after.ends().keySet().stream()
        .mapToLong(p -> Math.max(0, lag(p, after) - tolerated))
        .sum();
  }

  /** The time between the samples, for messages. */
  String time() {
    return HumanDuration.ofMillis(between.toMillis());
  }

  long worstLag() {
    return after.ends().keySet().stream().mapToLong(p -> lag(p, after)).max().orElse(0);
  }

  /**
   * Partitions with a lag above {@code tolerated} at the first sample whose position is the same at
   * the second; none if the samples are too close to each other.
   */
  List<TopicPartition> stuck(long tolerated) {
    List<TopicPartition> stuck = new ArrayList<>();
    if (between.compareTo(LEAST) < 0) {
      return stuck;
    }
    for (TopicPartition partition : before.ends().keySet()) {
      if (lag(partition, before) > tolerated
          && position(partition, after) <= position(partition, before)) {
        stuck.add(partition);
      }
    }
    stuck.sort((a, b) -> a.toString().compareTo(b.toString()));
    return stuck;
  }

  private long lag(TopicPartition partition, Sample sample) {
    return Math.max(0, sample.ends().getOrDefault(partition, 0L) - position(partition, sample));
  }

  /** A group without a position begins with the oldest record. */
  private long position(TopicPartition partition, Sample sample) {
    return sample.committed().getOrDefault(partition, starts.getOrDefault(partition, 0L));
  }

  private static long sum(Map<TopicPartition, Long> offsets, String topic) {
    return offsets.entrySet().stream()
        .filter(offset -> offset.getKey().topic().equals(topic))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }
}
