package io.kspan.topology.ops;

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
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeStreamsGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/**
 * Requests to the brokers, each answered within a time or given up with an {@link
 * UnansweredException}. For one thread.
 */
public final class Brokers implements AutoCloseable {
  private final Map<String, Object> connection;
  private final Duration timeout;
  private Admin admin;

  /** A topic; {@code granted} rights are null if the brokers do not say. */
  public record Topic(int partitions, Set<AclOperation> granted) {}

  /**
   * Topics, and those that this principal may not describe; one that is in neither does not exist.
   */
  public record Topics(Map<String, Topic> existing, Set<String> forbidden) {}

  /**
   * A group; {@code state} is as Kafka writes it, {@code granted} is null if the brokers do not
   * say.
   */
  public record Group(String state, int members, Set<AclOperation> granted) {
    public boolean isStable() {
      return state.equals("Stable");
    }
  }

  /** Connects with the first request, by these settings of an admin client. */
  public Brokers(Map<String, Object> connection, Duration timeout) {
    this.connection = new HashMap<>(connection);
    this.timeout = timeout;
  }

  /** Sends requests through {@code admin}. */
  public Brokers(Admin admin, Duration timeout) {
    this(Map.of(), timeout);
    this.admin = admin;
  }

  /**
   * The client of all requests; a {@link KafkaException} says if TLS, SASL or an address is wrong.
   */
  public Admin admin() {
    if (admin == null) {
      admin = Admin.create(connection);
    }
    return admin;
  }

  /** The reader of positions and ends. */
  public Offsets offsets() {
    return new Offsets(admin(), timeout);
  }

  int count() throws InterruptedException {
    return answer(admin().describeCluster().nodes(), timeout).size();
  }

  /** The level of a feature that all brokers have agreed on; 0 for none. */
  int level(String feature) throws InterruptedException {
    FinalizedVersionRange range =
        answer(admin().describeFeatures().featureMetadata(), timeout)
            .finalizedFeatures()
            .get(feature);
    return range == null ? 0 : range.maxVersionLevel();
  }

  /** Describes {@code topics}. */
  public Topics topics(Collection<String> topics) throws InterruptedException {
    Map<String, KafkaFuture<TopicDescription>> described =
        admin()
            .describeTopics(topics, new DescribeTopicsOptions().includeAuthorizedOperations(true))
            .topicNameValues();
    Map<String, Topic> existing = new HashMap<>();
    Set<String> forbidden = new HashSet<>();
    for (Map.Entry<String, KafkaFuture<TopicDescription>> topic : described.entrySet()) {
      try {
        answerUnless(topic.getValue(), timeout, UnknownTopicOrPartitionException.class)
            .ifPresent(
                it ->
                    existing.put(
                        topic.getKey(),
                        new Topic(it.partitions().size(), it.authorizedOperations())));
      } catch (UnansweredException e) {
        if (!e.isDenied()) {
          throw e;
        }
        forbidden.add(topic.getKey());
      }
    }
    return new Topics(existing, forbidden);
  }

  /** The settings of a topic; empty if this principal may not read them. */
  public Optional<Map<String, String>> settings(String topic) throws InterruptedException {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    return answerUnless(
            admin().describeConfigs(List.of(resource)).values().get(resource),
            timeout,
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

  /** A group of consumers or, by KIP-1071, of Kafka Streams; empty if there is none. */
  public Optional<Group> group(String id) throws InterruptedException {
    Optional<Group> consumers =
        answerUnless(
                admin()
                    .describeConsumerGroups(
                        List.of(id),
                        new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true))
                    .describedGroups()
                    .get(id),
                timeout,
                GroupIdNotFoundException.class)
            .map(
                it ->
                    new Group(
                        it.groupState().toString(),
                        it.members().size(),
                        it.authorizedOperations()));
    if (consumers.isPresent()) {
      return consumers;
    }
    return answerUnless(
            admin()
                .describeStreamsGroups(
                    List.of(id),
                    new DescribeStreamsGroupsOptions().includeAuthorizedOperations(true))
                .describedGroups()
                .get(id),
            timeout,
            GroupIdNotFoundException.class,
            // Brokers before 4.1 have no such groups.
            UnsupportedVersionException.class)
        .map(
            it ->
                new Group(
                    it.groupState().toString(), it.members().size(), it.authorizedOperations()));
  }

  /** Whether this principal may describe the transactions of {@code id}. */
  boolean mayDescribeTransactions(String id) throws InterruptedException {
    return isAllowed(admin().describeTransactions(List.of(id)).description(id));
  }

  /** Whether this principal may create {@code topic}, or it exists; creates nothing. */
  boolean mayCreate(String topic) throws InterruptedException {
    // A topic that this principal may not describe looks like one that does not exist.
    return topics(List.of(topic)).existing().containsKey(topic)
        || isAllowed(
            admin()
                .createTopics(
                    List.of(new NewTopic(topic, Optional.of(1), Optional.empty())),
                    new CreateTopicsOptions().validateOnly(true))
                .values()
                .get(topic));
  }

  /** Whether the answer is no refusal for a missing right. */
  private boolean isAllowed(KafkaFuture<?> request) throws InterruptedException {
    try {
      answer(request, timeout);
      return true;
    } catch (UnansweredException e) {
      if (e.isTimeout()) {
        throw e;
      }
      return !e.isDenied();
    }
  }

  static <T> T answer(KafkaFuture<T> request, Duration timeout) throws InterruptedException {
    try {
      return request.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new UnansweredException(e.getCause());
    } catch (TimeoutException e) {
      throw new UnansweredException(
          new TimeoutException("no answer within " + timeout.toSeconds() + " s"));
    }
  }

  /** Empty if the request fails with one of these. */
  @SafeVarargs
  static <T> Optional<T> answerUnless(
      KafkaFuture<T> request, Duration timeout, Class<? extends Exception>... failures)
      throws InterruptedException {
    try {
      return Optional.ofNullable(answer(request, timeout));
    } catch (UnansweredException e) {
      for (Class<? extends Exception> failure : failures) {
        if (failure.isInstance(e.getCause())) {
          return Optional.empty();
        }
      }
      throw e;
    }
  }

  /** Closes at once: nothing waits for an answer any more. */
  @Override
  public void close() {
    close(Duration.ofSeconds(1));
  }

  /** Closes within {@code timeout}. */
  public void close(Duration timeout) {
    if (admin != null) {
      admin.close(timeout);
    }
  }
}
