package io.kspan.quickstart.broker;

import io.kspan.topology.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;

/**
 * Creates the topics of one installation on a fresh broker, with the settings that let them hold
 * records of any age.
 *
 * <p>Thread-safe: it keeps no state.
 */
public final class TopicCreation {

  private static final int ATTEMPTS = 600;
  private static final long PAUSE_MILLIS = 50;

  private TopicCreation() {}

  /**
   * Creates all topics; returns when every partition can be written. A producer that comes earlier
   * can have its first batch refused and its second taken, and never gets the first one in.
   *
   * @param partitions of every topic but lineage, which has one
   * @throws IllegalStateException when the broker refuses
   */
  public static void create(String bootstrapServers, Topics topics, int partitions)
      throws InterruptedException {
    List<NewTopic> wanted =
        List.of(
            topic(topics.events(), partitions, Map.of()),
            topic(topics.objects(), partitions, Map.of()),
            topic(topics.lineage(), 1, Map.of("cleanup.policy", "compact")),
            topic(topics.spans(), partitions, Map.of("message.timestamp.type", "LogAppendTime")),
            topic(topics.deadLetters(), 1, Map.of()));
    try (Admin admin =
        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
      admin.createTopics(wanted).all().get();
      awaitLeaders(admin, ends(wanted));
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "the topics cannot be created: " + e.getCause().getMessage(), e.getCause());
    }
  }

  /** Only a leader that is ready knows the end of its partition. */
  private static void awaitLeaders(Admin admin, Map<TopicPartition, OffsetSpec> ends)
      throws InterruptedException, ExecutionException {
    for (int attempt = 1; ; attempt++) {
      try {
        admin.listOffsets(ends).all().get();
        return;
      } catch (ExecutionException e) {
        if (attempt == ATTEMPTS || !(e.getCause() instanceof RetriableException)) {
          throw e;
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    }
  }

  private static Map<TopicPartition, OffsetSpec> ends(List<NewTopic> topics) {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    for (NewTopic topic : topics) {
      for (int partition = 0; partition < topic.numPartitions(); partition++) {
        ends.put(new TopicPartition(topic.name(), partition), OffsetSpec.latest());
      }
    }
    return ends;
  }

  private static NewTopic topic(String name, int partitions, Map<String, String> own) {
    Map<String, String> settings = new HashMap<>();
    settings.put("retention.ms", "-1");
    settings.put("message.timestamp.before.max.ms", Long.toString(Long.MAX_VALUE));
    settings.put("message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE));
    settings.putAll(own);
    return new NewTopic(name, Optional.of(partitions), Optional.empty()).configs(settings);
  }
}
