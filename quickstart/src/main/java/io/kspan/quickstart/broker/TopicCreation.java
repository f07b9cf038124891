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

/**
 * Creates the topics of one installation on a fresh broker, with the settings that let them hold
 * records of any age.
 *
 * <p>Thread-safe: it keeps no state.
 */
public final class TopicCreation {

  private TopicCreation() {}

  /**
   * Creates all topics; returns when the broker has accepted them.
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
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "the topics cannot be created: " + e.getCause().getMessage(), e.getCause());
    }
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
