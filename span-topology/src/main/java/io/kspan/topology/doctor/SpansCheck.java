package io.kspan.topology.doctor;

import io.kspan.topology.Topics;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** Whether finished traces are written. */
final class SpansCheck implements Check {
  private final Brokers brokers;
  private final Installation installation;
  private final Situation situation;
  private final InstantSource clock;

  SpansCheck(Brokers brokers, Installation installation, Situation situation, InstantSource clock) {
    this.brokers = brokers;
    this.installation = installation;
    this.situation = situation;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "spans";
  }

  @Override
  public List<Finding> run() throws InterruptedException {
    Topics topics = installation.topics();
    Optional<List<Finding>> obstacle = situation.obstacle(topics.spans());
    if (obstacle.isPresent()) {
      return obstacle.get();
    }
    List<TopicPartition> partitions = situation.partitionsOf(topics.spans());
    long deleted = sum(brokers.offsets(partitions, OffsetSpec.earliest()));
    long written = sum(brokers.offsets(partitions, OffsetSpec.latest()));
    return List.of(
        judge(
            topics.spans(),
            written,
            written - deleted,
            brokers.newest(partitions),
            clock.millis()));
  }

  private static long sum(Map<TopicPartition, Long> offsets) {
    return offsets.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * By its offsets.
   *
   * @param written all that were ever written
   * @param held those that are still there
   */
  static Finding judge(
      String topic, long written, long held, Optional<Long> newestMillis, long nowMillis) {
    if (written == 0) {
      return Finding.warning(
          topic + " is empty: no trace has been finished yet",
          "a trace is written when its change has been quiet for trace.settle.ms, one that has not"
              + " settled after trace.inactivity.ms; if it stays empty, docs/why-no-spans.md");
    }
    if (held == 0) {
      return Finding.warning(
          topic + " holds nothing: its retention has deleted all that was written",
          "make a change in the cluster and look again");
    }
    return Finding.ok(topic + " has finished traces" + Text.newest(newestMillis, nowMillis));
  }
}
