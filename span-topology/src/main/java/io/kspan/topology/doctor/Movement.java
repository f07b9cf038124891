package io.kspan.topology.doctor;

import io.kspan.topology.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/**
 * Looks twice at the topics, and at the groups that read them: what several checks need costs one
 * wait. For one thread.
 */
final class Movement {
  private final Brokers brokers;
  private final Installation installation;
  private final Situation situation;
  private final boolean withSink;
  private final Pause pause;
  private final Duration between;

  private Progress application;
  private Progress sink;

  /**
   * Looks with the first question.
   *
   * @param withSink whether to look at the sinks, too
   */
  Movement(
      Brokers brokers,
      Installation installation,
      Situation situation,
      boolean withSink,
      Pause pause,
      Duration between) {
    this.brokers = brokers;
    this.installation = installation;
    this.situation = situation;
    this.withSink = withSink;
    this.pause = pause;
    this.between = between;
  }

  /** The inputs, and the application that reads them. They exist. */
  Progress ofApplication() throws InterruptedException {
    look();
    return application;
  }

  /** The spans topic, which exists, and the sinks that read it, which are to be looked at. */
  Progress ofSink() throws InterruptedException {
    look();
    return sink;
  }

  private void look() throws InterruptedException {
    if (application != null) {
      return;
    }
    Topics topics = installation.topics();
    List<TopicPartition> inputs = partitions(topics.events(), topics.objects());
    // Nobody else has to be allowed to look at the group of the sinks.
    List<TopicPartition> spans = withSink ? partitions(topics.spans()) : List.of();
    String applicationId = installation.topology().applicationId();
    Map<TopicPartition, Long> inputStarts = brokers.offsets(inputs, OffsetSpec.earliest());
    Map<TopicPartition, Long> spanStarts = brokers.offsets(spans, OffsetSpec.earliest());
    Look inputsBefore = look(inputs, applicationId);
    Look spansBefore = look(spans, installation.sinkGroup());
    pause.take(between);
    sink = new Progress(spanStarts, spansBefore, look(spans, installation.sinkGroup()), between);
    application = new Progress(inputStarts, inputsBefore, look(inputs, applicationId), between);
  }

  private Look look(List<TopicPartition> partitions, String group) throws InterruptedException {
    if (partitions.isEmpty()) {
      return new Look(Map.of(), Map.of());
    }
    // Positions first: an end that is read later can only be larger.
    Map<TopicPartition, Long> committed = new HashMap<>(committed(group));
    committed.keySet().retainAll(partitions);
    return new Look(brokers.offsets(partitions, OffsetSpec.latest()), committed);
  }

  /**
   * Nothing of a group that may not be looked at: who needs it asks for the group itself, which
   * takes the same right. The others need the topics only.
   */
  private Map<TopicPartition, Long> committed(String group) throws InterruptedException {
    try {
      return brokers.committed(group);
    } catch (UnansweredException e) {
      if (e.isDenied()) {
        return Map.of();
      }
      throw e;
    }
  }

  /** All partitions of those of {@code topics} that exist. */
  private List<TopicPartition> partitions(String... topics) {
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : topics) {
      partitions.addAll(situation.partitionsOf(topic));
    }
    return partitions;
  }
}
