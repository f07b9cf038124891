package io.kspan.topology.ops;

import io.kspan.topology.names.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;

/**
 * Creates topics that hold records of any age, so that they can be written at once. Thread-safe: it
 * keeps no state.
 */
public final class NewTopics {
  private static final int ATTEMPTS = 600;
  private static final long PAUSE_MILLIS = 50;

  private NewTopics() {}

  /** What a pipeline reads, with {@code partitions} each. */
  public static List<NewTopic> inputs(Topics topics, int partitions) {
    return List.of(
        ofAnyAge(topics.events(), partitions, Map.of()),
        ofAnyAge(topics.objects(), partitions, Map.of()));
  }

  /** What it writes; {@code partitions} are those of the spans. */
  public static List<NewTopic> outputs(Topics topics, int partitions) {
    List<NewTopic> outputs = new ArrayList<>();
    outputs.add(ofAnyAge(topics.lineage(), 1, Map.of("cleanup.policy", "compact")));
    outputs.add(
        ofAnyAge(topics.spans(), partitions, Map.of("message.timestamp.type", "LogAppendTime")));
    if (topics.hasLogs()) {
      outputs.add(
          ofAnyAge(topics.logs(), partitions, Map.of("message.timestamp.type", "LogAppendTime")));
    }
    outputs.add(ofAnyAge(topics.deadLetters(), 1, Map.of()));
    if (topics.hasChanges()) {
      outputs.add(ofAnyAge(topics.changes(), partitions, Map.of("cleanup.policy", "compact")));
    }
    return outputs;
  }

  /** A topic that takes and keeps stamps of any time; {@code own} are further settings. */
  private static NewTopic ofAnyAge(String name, int partitions, Map<String, String> own) {
    Map<String, String> settings = new HashMap<>();
    settings.put("retention.ms", "-1");
    settings.put("message.timestamp.before.max.ms", Long.toString(Long.MAX_VALUE));
    settings.put("message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE));
    settings.putAll(own);
    return new NewTopic(name, Optional.of(partitions), Optional.empty()).configs(settings);
  }

  /**
   * Creates {@code topics}; returns when every partition can be written. A producer that comes
   * earlier can have its first batch refused and its second taken, and never gets the first one in.
   *
   * @throws IllegalStateException when the broker refuses
   */
  public static void create(Admin admin, Collection<NewTopic> topics) throws InterruptedException {
    try {
      admin.createTopics(topics).all().get();
      awaitLeaders(admin, ends(topics));
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

  private static Map<TopicPartition, OffsetSpec> ends(Collection<NewTopic> topics) {
    return topics.stream()
        .flatMap(topic -> Offsets.partitions(topic.name(), topic.numPartitions()).stream())
        .collect(Collectors.toMap(Function.identity(), partition -> OffsetSpec.latest()));
  }
}
