package io.kspan.topology.doctor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * What a group has done with its topics between two looks. Immutable.
 *
 * @param starts first offset of each partition that still exists
 */
record Progress(Map<TopicPartition, Long> starts, Look before, Look after, Duration between) {
  /** A task may wait for its other partition for a second, and commits when it has done with it. */
  private static final Duration TELLING = Duration.ofSeconds(3);

  /** Records that have come to {@code topic} between the looks. */
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
   * Records that the group had left at the second look.
   *
   * @param tolerated so many of each partition are none
   */
  long lag(long tolerated) {
    return after.ends().keySet().stream()
        .mapToLong(p -> Math.max(0, lag(p, after) - tolerated))
        .sum();
  }

  /** For people. */
  String time() {
    return Text.millis(between.toMillis());
  }

  /** The most that it had left of one partition. */
  long worstLag() {
    return after.ends().keySet().stream().mapToLong(p -> lag(p, after)).max().orElse(0);
  }

  /**
   * Partitions of which more than {@code tolerated} records waited at the first look, and of which
   * none was done with until the second; none if the looks are too close to tell.
   */
  List<TopicPartition> stuck(long tolerated) {
    List<TopicPartition> stuck = new ArrayList<>();
    if (between.compareTo(TELLING) < 0) {
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

  private long lag(TopicPartition partition, Look look) {
    return Math.max(0, look.ends().getOrDefault(partition, 0L) - position(partition, look));
  }

  /** Who has not begun begins with the oldest record. */
  private long position(TopicPartition partition, Look look) {
    return look.committed().getOrDefault(partition, starts.getOrDefault(partition, 0L));
  }

  private static long sum(Map<TopicPartition, Long> offsets, String topic) {
    return offsets.entrySet().stream()
        .filter(offset -> offset.getKey().topic().equals(topic))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }
}
