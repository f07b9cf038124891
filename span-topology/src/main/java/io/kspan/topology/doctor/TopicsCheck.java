package io.kspan.topology.doctor;

import io.kspan.topology.names.Names;
import io.kspan.topology.names.Topics;
import io.kspan.topology.ops.Brokers;
import io.kspan.topology.ops.CheckResult;
import io.kspan.topology.ops.InputPartitions;
import io.kspan.topology.ops.Preconditions;
import io.kspan.topology.waterfall.HumanDuration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.common.config.TopicConfig;

/** Whether the topics exist and have the partitions and settings that the stages need. */
final class TopicsCheck {
  private static final String COMPACT = TopicConfig.CLEANUP_POLICY_COMPACT;
  private static final String DELETE = TopicConfig.CLEANUP_POLICY_DELETE;

  /** Twice the default of the connector's {@code snapshot.interval.ms}. */
  private static final long TWO_SNAPSHOTS_MILLIS = 2 * 86_400_000L;

  private TopicsCheck() {}

  static List<CheckResult> run(CheckContext context) throws InterruptedException {
    DoctorConfig config = context.config();
    Brokers.Topics described = context.brokers().topics(config.topics().all());
    context.addTopics(described.existing());
    boolean rekeyed = config.topology().rekeysInput();
    List<CheckResult> results =
        new ArrayList<>(Preconditions.existence(config.topics().all(), described));
    results.addAll(context.preconditions().partitions(described, rekeyed));
    Optional<InputPartitions> inputs = context.inputs();
    // With other inputs run does not start, and has no internal topics.
    if (inputs.filter(it -> rekeyed || it.events() == it.objects()).isPresent()) {
      String id = config.topology().applicationId();
      context
          .brokers()
          .topics(Names.internalTopics(id, rekeyed))
          .existing()
          .forEach((t, topic) -> internal(t, topic.partitions(), inputs.get(), results::add));
    }
    Map<String, Map<String, String>> settings = new HashMap<>();
    for (String topic : described.existing().keySet()) {
      context.brokers().settings(topic).ifPresent(values -> settings.put(topic, values));
    }
    results.addAll(judge(config.topics(), settings, new Limits(config)));
    return results;
  }

  /** Each stage has as many tasks as the larger input has partitions. */
  static void internal(
      String topic, int partitions, InputPartitions inputs, Consumer<CheckResult> results) {
    if (partitions == inputs.tasks()) {
      return;
    }
    results.accept(
        CheckResult.failed(
            "%s has %s, the %s %d"
                .formatted(
                    topic,
                    CheckResult.count(partitions, "partition"),
                    inputs.events() == inputs.objects() ? "inputs have" : "larger input has",
                    inputs.tasks()),
            "the inputs were created anew with another number: choose a new application.id (it reads"
                + " them from the beginning), and delete the internal topics of the old one"));
  }

  record Limits(String bootstrapServers, int spansRequestMaxBytes) {
    Limits(DoctorConfig config) {
      this(config.bootstrapServers(), config.topology().requestMaxBytes());
    }
  }

  static List<CheckResult> judge(
      Topics topics, Map<String, Map<String, String>> settings, Limits limits) {
    List<CheckResult> results = new ArrayList<>();
    Map<String, String> lineage = settings.get(topics.lineage());
    if (lineage != null && !policy(lineage).equals(COMPACT)) {
      results.add(
          CheckResult.warning(
              "%s has cleanup.policy=%s: owners are forgotten while their objects live"
                  .formatted(topics.lineage(), policy(lineage)),
              configure(limits, topics.lineage(), "cleanup.policy=compact")));
    }
    Map<String, String> objects = settings.get(topics.objects());
    if (objects != null) {
      results.addAll(objects(topics, objects, settings.get(topics.events()), limits));
    }
    Map<String, String> spans = settings.get(topics.spans());
    if (spans != null
        && number(spans, TopicConfig.MAX_MESSAGE_BYTES_CONFIG) < limits.spansRequestMaxBytes()) {
      results.add(
          CheckResult.failed(
              "%s takes no record above %s bytes, spans.request.max.bytes is %d"
                  .formatted(
                      topics.spans(),
                      spans.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG),
                      limits.spansRequestMaxBytes()),
              configure(
                  limits,
                  topics.spans(),
                  "max.message.bytes=" + 2 * limits.spansRequestMaxBytes())));
    }
    if (settings.isEmpty()) {
      results.add(
          CheckResult.skipped(
              "the settings of the topics, because they may not be read",
              "grant DESCRIBE_CONFIGS on them to this principal to have them checked"));
    }
    return results;
  }

  private static List<CheckResult> objects(
      Topics topics, Map<String, String> objects, Map<String, String> events, Limits limits) {
    List<CheckResult> results = new ArrayList<>();
    String policy = policy(objects);
    if (!policy.contains(COMPACT)) {
      results.add(
          CheckResult.warning(
              "%s has cleanup.policy=%s: every version is kept, and then not even the last one of an object that does not change"
                  .formatted(topics.objects(), policy),
              configure(limits, topics.objects(), "'cleanup.policy=[compact,delete]'")));
    }
    long retention = number(objects, TopicConfig.RETENTION_MS_CONFIG);
    if (policy.contains(DELETE) && retention >= 0 && retention < TWO_SNAPSHOTS_MILLIS) {
      results.add(
          CheckResult.warning(
              "%s keeps records for %s, less than two default intervals of the connector's snapshots: objects are missing meanwhile"
                  .formatted(topics.objects(), HumanDuration.ofMillis(retention)),
              configure(limits, topics.objects(), "retention.ms=1209600000")
                  + ", or lower snapshot.interval.ms"));
    }
    if (policy.contains(COMPACT) && events != null) {
      long lag = number(objects, TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG);
      long kept = number(events, TopicConfig.RETENTION_MS_CONFIG);
      if (kept >= 0 && lag < kept) {
        results.add(
            CheckResult.warning(
                "%s may be compacted after %s, %s keeps Events for %s: a replay of the time between misses versions of objects"
                    .formatted(
                        topics.objects(),
                        HumanDuration.ofMillis(lag),
                        topics.events(),
                        HumanDuration.ofMillis(kept)),
                configure(limits, topics.objects(), "min.compaction.lag.ms=" + kept)));
      }
    }
    return results;
  }

  private static String policy(Map<String, String> settings) {
    return settings.getOrDefault(TopicConfig.CLEANUP_POLICY_CONFIG, DELETE);
  }

  private static long number(Map<String, String> settings, String key) {
    return Long.parseLong(settings.getOrDefault(key, "-1"));
  }

  private static String configure(Limits limits, String topic, String setting) {
    return "kafka-configs.sh --bootstrap-server %s --alter --entity-type topics --entity-name %s --add-config %s"
        .formatted(limits.bootstrapServers(), topic, setting);
  }
}
