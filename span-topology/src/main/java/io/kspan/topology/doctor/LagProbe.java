package io.kspan.topology.doctor;

import io.kspan.topology.names.Topics;
import io.kspan.topology.ops.UnansweredException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Samples the topics and the groups that read them twice, for all checks together: they wait once.
 * For one thread.
 */
final class LagProbe {
  private final CheckContext context;
  private GroupLag application;
  private GroupLag sink;

  /** Takes the samples when the first check needs them. */
  LagProbe(CheckContext context) {
    this.context = context;
  }

  /** The inputs, which exist, and the application. */
  GroupLag ofApplication() throws InterruptedException {
    probe();
    return application;
  }

  /** The spans topic, which exists, and the sinks. */
  GroupLag ofSink() throws InterruptedException {
    probe();
    return sink;
  }

  private void probe() throws InterruptedException {
    if (application != null) {
      return;
    }
    Topics topics = context.config().topics();
    Duration between = context.options().between();
    List<TopicPartition> inputs = context.partitionsOf(topics.events(), topics.objects());
    // Without a sink this principal needs no right to its group.
    List<TopicPartition> spans =
        context.options().sink() ? context.partitionsOf(topics.spans()) : List.of();
    String applicationId = context.config().topology().applicationId();
    String sinkGroup = context.config().sinkGroup();
    Map<TopicPartition, Long> inputStarts = context.offsets().starts(inputs);
    Map<TopicPartition, Long> spanStarts = context.offsets().starts(spans);
    GroupLag.Sample inputsBefore = sample(inputs, applicationId);
    GroupLag.Sample spansBefore = sample(spans, sinkGroup);
    Thread.sleep(between.toMillis());
    sink = new GroupLag(spanStarts, spansBefore, sample(spans, sinkGroup), between);
    application = new GroupLag(inputStarts, inputsBefore, sample(inputs, applicationId), between);
  }

  private GroupLag.Sample sample(List<TopicPartition> partitions, String group)
      throws InterruptedException {
    if (partitions.isEmpty()) {
      return new GroupLag.Sample(Map.of(), Map.of());
    }
    // Positions first: an end that is read later can only be larger.
    Map<TopicPartition, Long> committed = new HashMap<>(committed(group));
    committed.keySet().retainAll(partitions);
    return new GroupLag.Sample(context.offsets().ends(partitions), committed);
  }

  /**
   * Nothing of a group that this principal may not describe: a check that needs the group describes
   * it itself, with the same right. Other checks need the topics only.
   */
  private Map<TopicPartition, Long> committed(String group) throws InterruptedException {
    try {
      return context.offsets().committed(group);
    } catch (UnansweredException e) {
      if (e.isDenied()) {
        return Map.of();
      }
      throw e;
    }
  }
}
