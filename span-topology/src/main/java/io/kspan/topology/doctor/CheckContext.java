package io.kspan.topology.doctor;

import io.kspan.topology.names.Topics;
import io.kspan.topology.ops.Brokers;
import io.kspan.topology.ops.CheckResult;
import io.kspan.topology.ops.InputPartitions;
import io.kspan.topology.ops.Offsets;
import io.kspan.topology.ops.Preconditions;
import io.kspan.topology.ops.TopicReader;
import io.kspan.topology.ops.UnansweredException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * What a check needs: the settings, the brokers, and what the checks before it have learned. For
 * one thread.
 */
final class CheckContext {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final DoctorConfig config;
  private final Doctor.Options options;
  private final Brokers brokers;
  private final Preconditions preconditions;
  private final Map<String, Brokers.Topic> topics = new HashMap<>();
  private boolean brokersAnswer;
  private GroupLag applicationLag;
  private GroupLag sinkLag;

  CheckContext(DoctorConfig config, Doctor.Options options) {
    this.config = config;
    this.options = options;
    this.brokers = new Brokers(config.connection(), TIMEOUT);
    this.preconditions = new Preconditions(brokers, config.bootstrapServers(), config.topics());
  }

  DoctorConfig config() {
    return config;
  }

  Doctor.Options options() {
    return options;
  }

  Brokers brokers() {
    return brokers;
  }

  Offsets offsets() {
    return brokers.offsets();
  }

  Preconditions preconditions() {
    return preconditions;
  }

  long nowMillis() {
    return System.currentTimeMillis();
  }

  /** Sets whether further requests to the brokers make sense. */
  void brokersAnswer(boolean answer) {
    brokersAnswer = answer;
  }

  void addTopics(Map<String, Brokers.Topic> existing) {
    topics.putAll(existing);
  }

  /** The partitions of topics; none of one that does not exist. */
  List<TopicPartition> partitionsOf(String... names) {
    return Stream.of(names)
        .filter(topics::containsKey)
        .flatMap(name -> Offsets.partitions(name, topics.get(name).partitions()).stream())
        .toList();
  }

  /** The partitions of the inputs; empty unless both can be described. */
  Optional<InputPartitions> inputs() {
    return preconditions.inputs(new Brokers.Topics(topics, Set.of()));
  }

  void readLast(String topic, int offsets, Consumer<ConsumerRecord<byte[], byte[]>> action)
      throws InterruptedException {
    new TopicReader(config.consumer()).forLast(partitionsOf(topic), offsets, TIMEOUT, action);
  }

  /** Why these topics cannot be checked; empty if they can. */
  Optional<CheckResult> obstacle(List<String> needed) {
    List<String> missing = needed.stream().filter(topic -> !topics.containsKey(topic)).toList();
    if (!brokersAnswer) {
      return Optional.of(CheckResult.skipped("because no broker answers", ""));
    }
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of(
            CheckResult.skipped(
                "because " + String.join(", ", missing) + " cannot be described", ""));
  }

  GroupLag applicationLag() throws InterruptedException {
    sampleOnce();
    return applicationLag;
  }

  GroupLag sinkLag() throws InterruptedException {
    sampleOnce();
    return sinkLag;
  }

  /** Samples all topics and groups twice, for all checks together: they wait once. */
  private void sampleOnce() throws InterruptedException {
    if (applicationLag != null) {
      return;
    }
    Topics names = config.topics();
    List<TopicPartition> inputs = partitionsOf(names.events(), names.objects());
    // Without a sink this principal needs no right to its group.
    List<TopicPartition> spans =
        options.sink() ? partitionsOf(names.spans(), names.logs()) : List.of();
    String applicationId = config.topology().applicationId();
    Map<TopicPartition, Long> inputStarts = offsets().starts(inputs);
    Map<TopicPartition, Long> spanStarts = offsets().starts(spans);
    GroupLag.Sample inputsBefore = sample(inputs, applicationId);
    GroupLag.Sample spansBefore = sample(spans, config.sinkGroup());
    Duration between = options.between();
    Thread.sleep(between.toMillis());
    GroupLag.Sample spansAfter = sample(spans, config.sinkGroup());
    sinkLag = new GroupLag(spanStarts, spansBefore, spansAfter, between);
    applicationLag =
        new GroupLag(inputStarts, inputsBefore, sample(inputs, applicationId), between);
  }

  private GroupLag.Sample sample(List<TopicPartition> partitions, String group)
      throws InterruptedException {
    if (partitions.isEmpty()) {
      return new GroupLag.Sample(Map.of(), Map.of());
    }
    // Positions first: an end that is read later can only be larger.
    Map<TopicPartition, Long> committed = new HashMap<>(committed(group));
    committed.keySet().retainAll(partitions);
    return new GroupLag.Sample(offsets().ends(partitions), committed);
  }

  /**
   * Empty for a group that this principal may not describe: a check that needs the group describes
   * it itself, with the same right. Other checks need the topics only.
   */
  private Map<TopicPartition, Long> committed(String group) throws InterruptedException {
    try {
      return offsets().committed(group);
    } catch (UnansweredException e) {
      if (e.isDenied()) {
        return Map.of();
      }
      throw e;
    }
  }
}
