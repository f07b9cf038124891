package io.kspan.topology.doctor;

import io.kspan.topology.InputPartitions;
import io.kspan.topology.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/** What the checks before have found out that decides whether later ones make sense. */
final class Situation {
  private boolean brokersAnswer;
  private final Map<String, TopicFacts> topics = new HashMap<>();

  /** Whether it makes sense to ask them more. */
  void brokersAnswer(boolean answer) {
    brokersAnswer = answer;
  }

  void found(Map<String, TopicFacts> found) {
    topics.putAll(found);
  }

  /** The partitions of a topic, none if it does not exist. */
  List<TopicPartition> partitionsOf(String topic) {
    List<TopicPartition> partitions = new ArrayList<>();
    TopicFacts facts = topics.get(topic);
    for (int partition = 0; facts != null && partition < facts.partitions(); partition++) {
      partitions.add(new TopicPartition(topic, partition));
    }
    return partitions;
  }

  /** Of both input topics; empty unless both can be looked at. */
  Optional<InputPartitions> inputs(Topics names) {
    TopicFacts events = topics.get(names.events());
    TopicFacts objects = topics.get(names.objects());
    return events == null || objects == null
        ? Optional.empty()
        : Optional.of(new InputPartitions(objects.partitions(), events.partitions()));
  }

  /** Why nothing can be asked of these topics; empty if it can. */
  Optional<List<Finding>> obstacle(String... needed) {
    List<String> missing = new ArrayList<>();
    for (String topic : needed) {
      if (!topics.containsKey(topic)) {
        missing.add(topic);
      }
    }
    if (!brokersAnswer) {
      return Optional.of(List.of(Finding.skipped("because no broker answers", "")));
    }
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of(
            List.of(
                Finding.skipped(
                    "because " + String.join(", ", missing) + " cannot be looked at", "")));
  }
}
