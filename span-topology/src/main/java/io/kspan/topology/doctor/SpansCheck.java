package io.kspan.topology.doctor;

import io.kspan.topology.names.Topics;
import io.kspan.topology.ops.CheckResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/** Whether finished traces are written. */
final class SpansCheck {
  private SpansCheck() {}

  static List<CheckResult> run(CheckContext context) throws InterruptedException {
    Topics topics = context.config().topics();
    List<TopicPartition> partitions = context.partitionsOf(topics.spans());
    long deleted = sum(context.offsets().starts(partitions));
    long written = sum(context.offsets().ends(partitions));
    return List.of(
        judge(
            topics.spans(),
            written,
            written - deleted,
            context.offsets().newestMillis(partitions),
            context.nowMillis()));
  }

  private static long sum(Map<TopicPartition, Long> offsets) {
    return offsets.values().stream().mapToLong(Long::longValue).sum();
  }

  /** By all offsets that were ever written, and those that the topic still holds. */
  static CheckResult judge(
      String topic, long written, long held, Optional<Long> newestMillis, long nowMillis) {
    if (written == 0) {
      return CheckResult.warning(
          topic + " is empty: no trace has been finished yet",
          "a trace is written when its change has been quiet for trace.settle.ms, one that has not"
              + " settled after trace.inactivity.ms; if it stays empty, docs/why-no-spans.md");
    }
    if (held == 0) {
      return CheckResult.warning(
          topic + " holds nothing: its retention has deleted all that was written",
          "make a change in the cluster and check again");
    }
    return CheckResult.ok(
        topic + " has finished traces" + InputCheck.newest(newestMillis, nowMillis));
  }
}
