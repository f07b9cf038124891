package io.kspan.topology.history;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what replays leave on the brokers: topics and groups.
 *
 * <p>Thread-safe: it keeps no state.
 */
final class Leftovers {
  private static final Logger log = LoggerFactory.getLogger(Leftovers.class);
  private static final int ANSWER_SECONDS = 10;
  private static final int GROUP_ATTEMPTS = 40;
  private static final long PAUSE_MILLIS = 200;

  private Leftovers() {}

  /** Names of the replays of {@code applicationId} that have topics and no running member. */
  static Set<String> of(Admin admin, String applicationId) throws InterruptedException {
    try {
      Set<String> names =
          topics(admin).stream()
              .flatMap(topic -> ReplayNames.whoMade(applicationId, topic).stream())
              .map(ReplayNames::name)
              .collect(Collectors.toCollection(TreeSet::new));
      for (String name : List.copyOf(names)) {
        if (isRunning(admin, new ReplayNames(applicationId, name).groups())) {
          names.remove(name);
        }
      }
      return names;
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "cannot look for what earlier replays left: " + e.getCause().getMessage(), e);
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "no answer from the brokers within " + ANSWER_SECONDS + " s", e);
    }
  }

  /** Whether there is anything of {@code replay}. */
  static boolean exists(Admin admin, ReplayNames replay) throws InterruptedException {
    try {
      return topics(admin).stream().anyMatch(replay.temporaryTopics()::contains);
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot list topics: " + e.getCause().getMessage(), e);
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "no answer from the brokers within " + ANSWER_SECONDS + " s", e);
    }
  }

  private static Set<String> topics(Admin admin)
      throws InterruptedException, ExecutionException, TimeoutException {
    return admin.listTopics().names().get(ANSWER_SECONDS, TimeUnit.SECONDS);
  }

  private static boolean isRunning(Admin admin, Collection<String> groups)
      throws InterruptedException, ExecutionException, TimeoutException {
    for (var group : admin.describeConsumerGroups(groups).describedGroups().values()) {
      try {
        ConsumerGroupDescription found = group.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        if (!found.members().isEmpty()) {
          return true;
        }
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof GroupIdNotFoundException)) {
          throw e;
        }
      }
    }
    return false;
  }

  /**
   * Removes everything of one replay, whose clients have been closed; what cannot be removed is
   * logged with its name.
   */
  static void remove(Admin admin, ReplayNames replay) throws InterruptedException {
    admin
        .deleteTopics(replay.temporaryTopics())
        .topicNameValues()
        .forEach(
            (topic, deletion) -> {
              try {
                deletion.get(ANSWER_SECONDS, TimeUnit.SECONDS);
              } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                  log.warn("Topic {} could not be deleted: {}", topic, e.getCause().toString());
                }
              } catch (TimeoutException e) {
                log.warn("Topic {} could not be deleted: no answer", topic);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    for (String group : replay.groups()) {
      remove(admin, group);
    }
  }

  private static void remove(Admin admin, String group) throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        admin
            .deleteConsumerGroups(List.of(group))
            .deletedGroups()
            .get(group)
            .get(ANSWER_SECONDS, TimeUnit.SECONDS);
        return;
      } catch (ExecutionException e) {
        if (e.getCause() instanceof GroupIdNotFoundException) {
          return;
        }
        boolean leaving = e.getCause() instanceof GroupNotEmptyException;
        if (!leaving || attempt == GROUP_ATTEMPTS) {
          log.warn("Group {} could not be deleted: {}", group, e.getCause().toString());
          return;
        }
        Thread.sleep(PAUSE_MILLIS);
      } catch (TimeoutException e) {
        log.warn("Group {} could not be deleted: no answer", group);
        return;
      }
    }
  }
}
