package io.kspan.topology.config;

import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;

import io.kspan.topology.Topics;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthorizationException;

/**
 * Asks at start for the rights that would otherwise be missed later, in the middle of a transaction
 * or with the first dead letter. Stateless.
 */
public final class TopicRights {
  private static final int ANSWER_SECONDS = 30;

  private TopicRights() {}

  /**
   * Does nothing if the topology may do with its topics what it must.
   *
   * @param internal one of the topics that Kafka Streams creates
   * @throws ConfigException naming the topic and the right
   */
  public static void requireOfTopology(Admin admin, Topics topics, String internal) {
    require(admin, ofTopology(topics));
    requireCreation(admin, internal);
  }

  /** What the topology must be allowed to do with its topics. */
  public static Map<String, Set<AclOperation>> ofTopology(Topics topics) {
    Map<String, Set<AclOperation>> needed = new LinkedHashMap<>();
    needed.put(topics.events(), EnumSet.of(READ));
    needed.put(topics.objects(), EnumSet.of(READ));
    needed.put(topics.lineage(), EnumSet.of(READ, WRITE));
    needed.put(topics.spans(), EnumSet.of(WRITE));
    needed.put(topics.deadLetters(), EnumSet.of(WRITE));
    return needed;
  }

  /**
   * Does nothing if the sink may do with its topics what it must.
   *
   * @throws ConfigException naming the topic and the right
   */
  public static void requireOfSink(Admin admin, Topics topics) {
    require(admin, ofSink(topics));
  }

  /** What the sink must be allowed to do with its topics. */
  public static Map<String, Set<AclOperation>> ofSink(Topics topics) {
    Map<String, Set<AclOperation>> needed = new LinkedHashMap<>();
    needed.put(topics.spans(), EnumSet.of(READ));
    needed.put(topics.deadLetters(), EnumSet.of(WRITE));
    return needed;
  }

  /** What to say when an operation is denied. */
  public static ConfigException missing(String topic, AclOperation operation) {
    return new ConfigException(
        "Topic %s: no right to %s; grant it to the principal of this instance"
            .formatted(topic, operation));
  }

  private static void require(Admin admin, Map<String, Set<AclOperation>> needed) {
    Map<String, KafkaFuture<TopicDescription>> described =
        admin
            .describeTopics(
                needed.keySet(), new DescribeTopicsOptions().includeAuthorizedOperations(true))
            .topicNameValues();
    needed.forEach(
        (topic, operations) -> {
          Optional<TopicDescription> answer = answer(topic, described.get(topic));
          // Null if the broker does not say.
          Set<AclOperation> granted =
              answer.map(TopicDescription::authorizedOperations).orElse(null);
          for (AclOperation operation : operations) {
            if (granted != null && !granted.contains(operation)) {
              throw missing(topic, operation);
            }
          }
        });
  }

  /**
   * Does nothing if Kafka Streams may create its topics, which it does when it starts unless
   * somebody has done it before. Creates none.
   *
   * @param internal one of them
   * @throws ConfigException naming the topic and the right
   */
  public static void requireCreation(Admin admin, String internal) {
    KafkaFuture<TopicDescription> there =
        admin.describeTopics(List.of(internal)).topicNameValues().get(internal);
    // Who may not look at it gets no other answer than for a topic that is not there.
    if (answer(internal, there).isEmpty()) {
      NewTopic topic = new NewTopic(internal, Optional.of(1), Optional.empty());
      answer(
          internal,
          admin
              .createTopics(List.of(topic), new CreateTopicsOptions().validateOnly(true))
              .values()
              .get(internal));
    }
  }

  /** Empty if the answer is a refusal for another reason than a missing right. */
  private static <T> Optional<T> answer(String topic, KafkaFuture<T> asked) {
    try {
      return Optional.ofNullable(asked.get(ANSWER_SECONDS, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConfigException("Interrupted while looking at topic " + topic);
    } catch (TimeoutException e) {
      throw new ConfigException(
          "No answer from the brokers within " + ANSWER_SECONDS + " s; check bootstrap.servers");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthorizationException) {
        throw missing(topic, AclOperation.CREATE);
      }
      return Optional.empty();
    }
  }
}
