package io.kspan.topology.history;

import static java.util.Collections.disjoint;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the topics and groups of one replay when it is closed. {@link HistoryReplay} closes it
 * after all clients of the replay. For one thread.
 */
final class Cleanup implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Cleanup.class);
  private static final Set<GroupState> INACTIVE = Set.of(GroupState.EMPTY, GroupState.DEAD);
  private static final int TIMEOUT_SECONDS = 10;
  private static final int GROUP_ATTEMPTS = 40;
  private static final long PAUSE_MILLIS = 200;

  private final Admin admin;
  private final ReplayNames replay;
  private boolean claimed;

  /** Deletes nothing before {@link #claim()}. */
  Cleanup(Admin admin, ReplayNames replay) {
    this.admin = admin;
    this.replay = replay;
  }

  /** Names of the replays of {@code applicationId} that have topics and no running member. */
  static Set<String> abandoned(Admin admin, String applicationId) throws InterruptedException {
    Set<String> names =
        topics(admin).stream()
            .flatMap(topic -> ReplayNames.ofTopic(applicationId, topic).stream())
            .map(ReplayNames::name)
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> active =
        answer(admin.listGroups().all(), "list groups").stream()
            .filter(group -> group.groupState().filter(INACTIVE::contains).isEmpty())
            .map(GroupListing::groupId)
            .collect(Collectors.toSet());
    names.removeIf(name -> !disjoint(active, new ReplayNames(applicationId, name).groups()));
    return names;
  }

  /**
   * The result of a request; an {@link IllegalStateException} says that {@code action} was refused,
   * or not answered in time.
   */
  static <T> T answer(KafkaFuture<T> request, String action) throws InterruptedException {
    try {
      return request.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot " + action + ": " + e.getCause().getMessage(), e);
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "cannot %s: no answer from the brokers within %d s".formatted(action, TIMEOUT_SECONDS),
          e);
    }
  }

  private static Set<String> topics(Admin admin) throws InterruptedException {
    return answer(admin.listTopics().names(), "list topics");
  }

  /**
   * From now on everything with the names of the replay belongs to it; throws a {@link
   * ConfigException} if there is something already.
   */
  void claim() throws InterruptedException {
    if (topics(admin).stream().anyMatch(replay.temporaryTopics()::contains)) {
      throw new ConfigException(
          "A replay named %s is running or was killed; give another --name, or remove it with --clean-up"
              .formatted(replay.name()));
    }
    claimed = true;
  }

  /** Also cleans up for a thread that is interrupted. */
  @Override
  public void close() {
    if (!claimed) {
      return;
    }
    boolean interrupted = Thread.interrupted();
    try {
      deleteAll();
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Deletes everything; logs the name of what cannot be deleted. */
  void deleteAll() throws InterruptedException {
    var topics = admin.deleteTopics(replay.temporaryTopics()).topicNameValues();
    for (Map.Entry<String, KafkaFuture<Void>> topic : topics.entrySet()) {
      delete("Topic " + topic.getKey(), topic.getValue(), GROUP_ATTEMPTS);
    }
    for (String group : replay.groups()) {
      // Members that are still leaving delay the deletion of their group.
      for (int attempt = 1; !delete("Group " + group, deletionOf(group), attempt); attempt++) {
        Thread.sleep(PAUSE_MILLIS);
      }
    }
  }

  private KafkaFuture<Void> deletionOf(String group) {
    return admin.deleteConsumerGroups(List.of(group)).deletedGroups().get(group);
  }

  /** False if the next attempt can succeed. */
  private static boolean delete(String subject, KafkaFuture<Void> deletion, int attempt)
      throws InterruptedException {
    try {
      deletion.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof GroupNotEmptyException && attempt < GROUP_ATTEMPTS) {
        return false;
      }
      if (!(cause instanceof UnknownTopicOrPartitionException)
          && !(cause instanceof GroupIdNotFoundException)) {
        log.warn("{} could not be deleted: {}", subject, cause.toString());
      }
    } catch (TimeoutException e) {
      log.warn("{} could not be deleted: no answer", subject);
    }
    return true;
  }
}
