package io.kspan.topology.doctor;

import io.kspan.topology.ops.Brokers;
import io.kspan.topology.ops.CheckResult;
import io.kspan.topology.ops.InputPartitions;
import io.kspan.topology.ops.Offsets;
import io.kspan.topology.ops.Preconditions;
import io.kspan.topology.ops.TopicReader;
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
  private final LagProbe lag;
  private final Map<String, Brokers.Topic> topics = new HashMap<>();
  private boolean brokersAnswer;

  CheckContext(DoctorConfig config, Doctor.Options options) {
    this.config = config;
    this.options = options;
    this.brokers = new Brokers(config.connection(), TIMEOUT);
    this.preconditions = new Preconditions(brokers, config.bootstrapServers(), config.topics());
    this.lag = new LagProbe(this);
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

  LagProbe lag() {
    return lag;
  }

  long nowMillis() {
    return System.currentTimeMillis();
  }

  /** Says whether further requests to the brokers make sense. */
  void brokersAnswer(boolean answer) {
    brokersAnswer = answer;
  }

  /** Notes topics that exist and may be described. */
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

  /** The partitions of the inputs; empty unless both can be looked at. */
  Optional<InputPartitions> inputs() {
    return preconditions.inputs(new Brokers.Topics(topics, Set.of()));
  }

  /** Reads the last records of a topic. */
  void readLast(String topic, int offsets, Consumer<ConsumerRecord<byte[], byte[]>> action)
      throws InterruptedException {
    new TopicReader(config.consumer()).forLast(partitionsOf(topic), offsets, TIMEOUT, action);
  }

  /** Why these topics cannot be checked; empty if they can. */
  Optional<List<CheckResult>> obstacle(String... needed) {
    List<String> missing = Stream.of(needed).filter(topic -> !topics.containsKey(topic)).toList();
    if (!brokersAnswer) {
      return Optional.of(List.of(CheckResult.skipped("because no broker answers", "")));
    }
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of(
            List.of(
                CheckResult.skipped(
                    "because " + String.join(", ", missing) + " cannot be looked at", "")));
  }
}
