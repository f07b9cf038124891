package io.kspan.quickstart.broker;

import io.kspan.topology.names.Topics;
import io.kspan.topology.ops.NewTopics;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** Creates the topics of a pipeline so that they can hold records of any age. Stateless. */
public final class TopicCreation {

  private TopicCreation() {}

  /**
   * Creates all topics; returns when every partition can be written.
   *
   * @param partitions of every topic but lineage, which has one
   * @throws IllegalStateException when the broker refuses
   */
  public static void create(String bootstrapServers, Topics topics, int partitions)
      throws InterruptedException {
    try (Admin admin =
        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
      NewTopics.create(
          admin,
          List.of(
              NewTopics.ofAnyAge(topics.events(), partitions, Map.of()),
              NewTopics.ofAnyAge(topics.objects(), partitions, Map.of()),
              NewTopics.ofAnyAge(topics.lineage(), 1, Map.of("cleanup.policy", "compact")),
              NewTopics.ofAnyAge(
                  topics.spans(), partitions, Map.of("message.timestamp.type", "LogAppendTime")),
              NewTopics.ofAnyAge(topics.changes(), partitions, Map.of("cleanup.policy", "compact")),
              NewTopics.ofAnyAge(topics.deadLetters(), 1, Map.of())));
    }
  }
}
