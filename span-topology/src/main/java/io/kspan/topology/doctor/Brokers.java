package io.kspan.topology.doctor;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeStreamsGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.StreamsGroupDescription;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/**
 * Questions to the brokers, each answered within {@value #ANSWER_MILLIS} ms or given up with an
 * {@link UnansweredException}. For one thread.
 */
final class Brokers implements AutoCloseable {
  private static final int ANSWER_MILLIS = 10_000;
  private static final int REQUEST_MILLIS = 5_000;

  private final Map<String, Object> settings;
  private Admin admin;

  /** Connects with the first question. */
  Brokers(Map<String, Object> connection) {
    settings = new HashMap<>(connection);
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_MILLIS);
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_MILLIS);
  }

  /**
   * The client that asks.
   *
   * @throws org.apache.kafka.common.KafkaException when no address resolves, or TLS or SASL is set
   *     up wrongly
   */
  Admin admin() {
    if (admin == null) {
      admin = Admin.create(settings);
    }
    return admin;
  }

  int count() throws InterruptedException {
    return answer(admin().describeCluster().nodes()).size();
  }

  /** The level of a feature that all brokers have agreed on; 0 for none. */
  int level(String feature) throws InterruptedException {
    FinalizedVersionRange range =
        answer(admin().describeFeatures().featureMetadata()).finalizedFeatures().get(feature);
    return range == null ? 0 : range.maxVersionLevel();
  }

  /** What is known of {@code topics}. */
  Described describe(Collection<String> topics) throws InterruptedException {
    Map<String, KafkaFuture<TopicDescription>> described =
        admin()
            .describeTopics(topics, new DescribeTopicsOptions().includeAuthorizedOperations(true))
            .topicNameValues();
    Map<String, TopicFacts> found = new HashMap<>();
    Set<String> forbidden = new HashSet<>();
    for (Map.Entry<String, KafkaFuture<TopicDescription>> topic : described.entrySet()) {
      try {
        answer(topic.getValue(), UnknownTopicOrPartitionException.class)
            .ifPresent(
                it ->
                    found.put(
                        topic.getKey(),
                        new TopicFacts(it.partitions().size(), it.authorizedOperations())));
      } catch (UnansweredException e) {
        if (!e.isDenied()) {
          throw e;
        }
        forbidden.add(topic.getKey());
      }
    }
    return new Described(found, forbidden);
  }

  /** The settings that hold for a topic; empty if they may not be read. */
  Optional<Map<String, String>> settings(String topic) throws InterruptedException {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    return answer(
            admin().describeConfigs(List.of(resource)).values().get(resource),
            AuthorizationException.class)
        .map(
            config -> {
              Map<String, String> values = new HashMap<>();
              for (ConfigEntry entry : config.entries()) {
                values.put(entry.name(), entry.value());
              }
              return values;
            });
  }

  /** An offset of each partition, as a consumer of committed records sees it. */
  Map<TopicPartition, Long> offsets(Collection<TopicPartition> partitions, OffsetSpec which)
      throws InterruptedException {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    infos(partitions, which, IsolationLevel.READ_COMMITTED)
        .forEach((partition, info) -> offsets.put(partition, info.offset()));
    return offsets;
  }

  /** The newest timestamp in any of the partitions, in milliseconds; empty without records. */
  Optional<Long> newest(Collection<TopicPartition> partitions) throws InterruptedException {
    return infos(partitions, OffsetSpec.maxTimestamp(), IsolationLevel.READ_UNCOMMITTED)
        .values()
        .stream()
        .map(ListOffsetsResultInfo::timestamp)
        .filter(millis -> millis >= 0)
        .max(Long::compare);
  }

  private Map<TopicPartition, ListOffsetsResultInfo> infos(
      Collection<TopicPartition> partitions, OffsetSpec which, IsolationLevel isolation)
      throws InterruptedException {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions.forEach(partition -> asked.put(partition, which));
    return answer(admin().listOffsets(asked, new ListOffsetsOptions(isolation)).all());
  }

  /** A group of consumers or, by KIP-1071, of Kafka Streams; empty if there is none. */
  Optional<GroupFacts> group(String id) throws InterruptedException {
    Optional<ConsumerGroupDescription> consumers =
        answer(
            admin()
                .describeConsumerGroups(
                    List.of(id),
                    new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true))
                .describedGroups()
                .get(id),
            GroupIdNotFoundException.class);
    if (consumers.isPresent()) {
      return consumers.map(
          it ->
              new GroupFacts(
                  it.groupState().toString(), it.members().size(), it.authorizedOperations()));
    }
    Optional<StreamsGroupDescription> streams =
        answer(
            admin()
                .describeStreamsGroups(
                    List.of(id),
                    new DescribeStreamsGroupsOptions().includeAuthorizedOperations(true))
                .describedGroups()
                .get(id),
            GroupIdNotFoundException.class,
            // Brokers before 4.1 have no such groups.
            UnsupportedVersionException.class);
    return streams.map(
        it ->
            new GroupFacts(
                it.groupState().toString(), it.members().size(), it.authorizedOperations()));
  }

  /** Where a group goes on after a restart; nothing of partitions that it has not begun. */
  Map<TopicPartition, Long> committed(String group) throws InterruptedException {
    Map<TopicPartition, Long> committed = new HashMap<>();
    Optional<Map<TopicPartition, OffsetAndMetadata>> positions =
        answer(
            admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata(),
            GroupIdNotFoundException.class);
    positions
        .orElse(Map.of())
        .forEach(
            (partition, position) -> {
              if (position != null) {
                committed.put(partition, position.offset());
              }
            });
    return committed;
  }

  /** Whether it may be asked what becomes of the transactions of {@code id}. */
  boolean mayDescribeTransactions(String id) throws InterruptedException {
    try {
      answer(admin().describeTransactions(List.of(id)).description(id));
      return true;
    } catch (UnansweredException e) {
      return !e.isDenied();
    }
  }

  /**
   * Topics that were asked for; what is in neither does not exist.
   *
   * @param forbidden those that may not be looked at
   */
  record Described(Map<String, TopicFacts> found, Set<String> forbidden) {}

  private static <T> T answer(KafkaFuture<T> asked) throws InterruptedException {
    try {
      return asked.get(ANSWER_MILLIS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new UnansweredException(e.getCause());
    } catch (TimeoutException e) {
      throw new UnansweredException(
          new TimeoutException("no answer within " + ANSWER_MILLIS / 1000 + " s"));
    }
  }

  /** Empty if the answer is one of these refusals. */
  @SafeVarargs
  private static <T> Optional<T> answer(
      KafkaFuture<T> asked, Class<? extends Exception>... refusals) throws InterruptedException {
    try {
      return Optional.of(answer(asked));
    } catch (UnansweredException e) {
      for (Class<? extends Exception> refusal : refusals) {
        if (refusal.isInstance(e.getCause())) {
          return Optional.empty();
        }
      }
      throw e;
    }
  }

  @Override
  public void close() {
    if (admin != null) {
      admin.close(Duration.ofSeconds(1));
    }
  }
}
