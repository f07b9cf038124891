package io.kspan.topology.ops;

import io.kspan.topology.InputPartitions;
import io.kspan.topology.Topics;
import io.kspan.topology.config.TopicRights;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Checks at start what Kafka Streams does not: that all topics exist and the inputs have equally
 * many partitions.
 */
public final class InputTopics {
  private static final int ANSWER_SECONDS = 30;

  private InputTopics() {}

  /**
   * The numbers of partitions of the inputs.
   *
   * @param rekeyed whether they may differ
   * @throws ConfigException naming the topic and what to do
   */
  public static InputPartitions partitions(Admin admin, Topics topics, boolean rekeyed) {
    Map<String, KafkaFuture<TopicDescription>> described =
        admin.describeTopics(topics.all()).topicNameValues();
    requireAll(topics, described);
    List<Integer> counts =
        topics.all().stream().map(topic -> partitions(topic, described.get(topic))).toList();
    int events = counts.get(topics.all().indexOf(topics.events()));
    int objects = counts.get(topics.all().indexOf(topics.objects()));
    if (!rekeyed) {
      requireEqual(topics, events, objects);
    }
    int lineage = counts.get(topics.all().indexOf(topics.lineage()));
    if (lineage != 1) {
      throw new ConfigException(
          "Topic %s has %d partitions; it must have 1, so that its order is that of the index tasks."
              .formatted(topics.lineage(), lineage));
    }
    return new InputPartitions(objects, events);
  }

  /**
   * The number of partitions of the inputs; the other topics need not exist.
   *
   * @throws ConfigException naming the topic and what to do
   */
  public static int inputPartitions(Admin admin, Topics topics) {
    Map<String, KafkaFuture<TopicDescription>> described =
        admin.describeTopics(List.of(topics.events(), topics.objects())).topicNameValues();
    int events = partitions(topics.events(), described.get(topics.events()));
    requireEqual(topics, events, partitions(topics.objects(), described.get(topics.objects())));
    return events;
  }

  private static void requireEqual(Topics topics, int events, int objects) {
    if (events != objects) {
      throw new ConfigException(
          "Topics %s (%d partitions) and %s (%d) must have equally many: events and objects of one reference meet in one task. Create them anew with equal counts, or set input.rekey=true."
              .formatted(topics.events(), events, topics.objects(), objects));
    }
  }

  /** All that are missing at once: whoever creates one would be told of the next. */
  private static void requireAll(
      Topics topics, Map<String, KafkaFuture<TopicDescription>> described) {
    List<String> missing =
        topics.all().stream().filter(topic -> isMissing(described.get(topic))).toList();
    if (missing.size() > 1) {
      throw new ConfigException(
          "Topics "
              + String.join(", ", missing)
              + " do not exist; create them first (deploy/topics/create-topics.sh), or set topic.prefix");
    }
  }

  /** Other failures are told when the topic is looked at. */
  private static boolean isMissing(KafkaFuture<TopicDescription> described) {
    try {
      described.get(ANSWER_SECONDS, TimeUnit.SECONDS);
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (TimeoutException e) {
      throw noAnswer();
    } catch (ExecutionException e) {
      return e.getCause() instanceof UnknownTopicOrPartitionException;
    }
  }

  private static ConfigException noAnswer() {
    return new ConfigException(
        "No answer from the brokers within "
            + ANSWER_SECONDS
            + " s; check bootstrap.servers, that the brokers run, and the kafka. settings for TLS and SASL");
  }

  private static int partitions(String topic, KafkaFuture<TopicDescription> described) {
    try {
      return described.get(ANSWER_SECONDS, TimeUnit.SECONDS).partitions().size();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConfigException("Interrupted while looking at topic " + topic);
    } catch (TimeoutException e) {
      throw noAnswer();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        throw new ConfigException(
            "Topic "
                + topic
                + " does not exist; create it first (deploy/topics/create-topics.sh), or set topic.prefix");
      }
      if (e.getCause() instanceof TopicAuthorizationException) {
        throw TopicRights.missing(topic, AclOperation.DESCRIBE);
      }
      throw new ConfigException("Cannot look at topic " + topic + ": " + e.getCause().getMessage());
    }
  }
}
