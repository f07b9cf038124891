package io.kspan.topology.doctor;

import io.kspan.topology.InputPartitions;
import io.kspan.topology.Names;
import io.kspan.topology.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.common.config.TopicConfig;

/** Whether the topics exist and are what the stages rely on. */
final class TopicsCheck implements Check {
  private static final String COMPACT = TopicConfig.CLEANUP_POLICY_COMPACT;
  private static final String DELETE = TopicConfig.CLEANUP_POLICY_DELETE;

  /** Twice the default of the connector's {@code snapshot.interval.ms}. */
  private static final long TWO_SNAPSHOTS_MILLIS = 2 * 86_400_000L;

  private final Brokers brokers;
  private final Installation installation;
  private final Situation situation;

  TopicsCheck(Brokers brokers, Installation installation, Situation situation) {
    this.brokers = brokers;
    this.installation = installation;
    this.situation = situation;
  }

  @Override
  public String name() {
    return "topics";
  }

  @Override
  public List<Finding> run() throws InterruptedException {
    Optional<List<Finding>> obstacle = situation.obstacle();
    if (obstacle.isPresent()) {
      return obstacle.get();
    }
    Topics topics = installation.topics();
    Brokers.Described described = brokers.describe(topics.all());
    situation.found(described.found());
    Map<String, Integer> partitions = new HashMap<>();
    described.found().forEach((topic, facts) -> partitions.put(topic, facts.partitions()));
    boolean rekeyed = installation.topology().rekeysInput();
    List<Finding> findings = new ArrayList<>(judge(topics, partitions, described, rekeyed));
    Optional<InputPartitions> inputs = situation.inputs(topics);
    // With others run does not start, so there is nothing to measure by.
    if (inputs.filter(it -> rekeyed || it.events() == it.objects()).isPresent()) {
      findings.addAll(internalTopics(inputs.get(), rekeyed));
    }
    Map<String, Map<String, String>> settings = new HashMap<>();
    for (String topic : described.found().keySet()) {
      brokers.settings(topic).ifPresent(values -> settings.put(topic, values));
    }
    findings.addAll(judge(topics, settings, new Limits(installation)));
    return findings;
  }

  /**
   * Existence and numbers of partitions.
   *
   * @param rekeyed whether those of the inputs may differ
   */
  static List<Finding> judge(
      Topics topics,
      Map<String, Integer> partitions,
      Brokers.Described described,
      boolean rekeyed) {
    List<Finding> findings = new ArrayList<>();
    for (String topic : topics.all()) {
      if (described.forbidden().contains(topic)) {
        findings.add(
            Finding.failed(
                topic + " may not be looked at", "grant DESCRIBE on it to this principal"));
      } else if (!partitions.containsKey(topic)) {
        findings.add(
            Finding.failed(
                topic + " does not exist",
                "create it (deploy/topics/create-topics.sh makes all), or correct topic.prefix"));
      }
    }
    Integer events = partitions.get(topics.events());
    Integer objects = partitions.get(topics.objects());
    if (events != null && objects != null) {
      findings.add(equality(topics, new InputPartitions(objects, events), rekeyed));
    }
    Integer lineage = partitions.get(topics.lineage());
    if (lineage != null && lineage != 1) {
      findings.add(
          Finding.failed(
              "%s has %d partitions, it must have 1".formatted(topics.lineage(), lineage),
              "stop the application, delete the topic, create it anew with 1 partition, and reset:"
                  + " a new application.id reads the inputs from the beginning"));
    }
    return findings;
  }

  private static Finding equality(Topics topics, InputPartitions inputs, boolean rekeyed) {
    if (inputs.events() == inputs.objects()) {
      return Finding.ok(
          "%s and %s have %s each"
              .formatted(
                  topics.events(), topics.objects(), Text.count(inputs.events(), "partition")));
    }
    String both =
        "%s has %s, %s has %d"
            .formatted(
                topics.events(),
                Text.count(inputs.events(), "partition"),
                topics.objects(),
                inputs.objects());
    return rekeyed
        ? Finding.ok(both + ": input.rekey=true brings their records together")
        : Finding.failed(
            both,
            "events and objects of one reference must meet in one task: set input.rekey=true and a"
                + " new application.id, or create them anew with equally many, without their records");
  }

  private List<Finding> internalTopics(InputPartitions inputs, boolean rekeyed)
      throws InterruptedException {
    String id = installation.topology().applicationId();
    List<Finding> findings = new ArrayList<>();
    brokers
        .describe(internalTopics(id, rekeyed))
        .found()
        .forEach((topic, facts) -> internal(topic, facts.partitions(), inputs, findings::add));
    return findings;
  }

  /** Each stage has as many tasks as the larger input has partitions. */
  static void internal(
      String topic, int partitions, InputPartitions inputs, Consumer<Finding> findings) {
    if (partitions == inputs.tasks()) {
      return;
    }
    findings.accept(
        Finding.failed(
            "%s has %s, the %s %d"
                .formatted(
                    topic,
                    Text.count(partitions, "partition"),
                    inputs.events() == inputs.objects() ? "inputs have" : "larger input has",
                    inputs.tasks()),
            "the inputs were created anew with another number: choose a new application.id (it reads"
                + " them from the beginning), and delete the internal topics of the old one"));
  }

  /**
   * What Kafka Streams creates for the application.
   *
   * @param rekeyed whether records of the inputs are sent on by reference
   */
  static List<String> internalTopics(String applicationId, boolean rekeyed) {
    Stream<String> repartitioned =
        rekeyed
            ? Stream.of(Names.BY_ROOT, Names.OBJECTS_BY_REFERENCE, Names.EVENTS_BY_REFERENCE)
            : Stream.of(Names.BY_ROOT);
    Stream<String> changelogs =
        Stream.of(
                Names.OBJECTS_STORE,
                Names.PROGRESS_STORE,
                Names.SEEN_STORE,
                Names.WAITING_STORE,
                Names.FIRST_EVENTS_STORE,
                Names.EXPIRY_STORE,
                Names.ITEMS_STORE,
                Names.ROOTS_STORE,
                Names.TIMERS_STORE,
                Names.WATERMARKS_STORE,
                Names.CLUSTERS_STORE)
            .map(store -> applicationId + "-" + store + "-changelog");
    return Stream.concat(repartitioned.map(name -> repartition(applicationId, name)), changelogs)
        .toList();
  }

  static String repartition(String applicationId, String name) {
    return applicationId + "-" + name + "-repartition";
  }

  /** What settings of topics are measured by. */
  record Limits(String bootstrapServers, int spansRequestMaxBytes) {
    Limits(Installation installation) {
      this(installation.bootstrapServers(), installation.topology().requestMaxBytes());
    }
  }

  /** Policies and retention. */
  static List<Finding> judge(
      Topics topics, Map<String, Map<String, String>> settings, Limits limits) {
    List<Finding> findings = new ArrayList<>();
    Map<String, String> lineage = settings.get(topics.lineage());
    if (lineage != null && !policy(lineage).equals(COMPACT)) {
      findings.add(
          Finding.warning(
              "%s has cleanup.policy=%s: owners are forgotten while their objects live"
                  .formatted(topics.lineage(), policy(lineage)),
              configure(limits, topics.lineage(), "cleanup.policy=compact")));
    }
    Map<String, String> objects = settings.get(topics.objects());
    if (objects != null) {
      findings.addAll(objects(topics, objects, settings.get(topics.events()), limits));
    }
    Map<String, String> spans = settings.get(topics.spans());
    if (spans != null
        && number(spans, TopicConfig.MAX_MESSAGE_BYTES_CONFIG) < limits.spansRequestMaxBytes()) {
      findings.add(
          Finding.failed(
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
      findings.add(
          Finding.skipped(
              "the settings of the topics, because they may not be read",
              "grant DESCRIBE_CONFIGS on them to this principal to have them checked"));
    }
    return findings;
  }

  private static List<Finding> objects(
      Topics topics, Map<String, String> objects, Map<String, String> events, Limits limits) {
    List<Finding> findings = new ArrayList<>();
    String policy = policy(objects);
    if (!policy.contains(COMPACT)) {
      findings.add(
          Finding.warning(
              "%s has cleanup.policy=%s: every version is kept, and then not even the last one of an object that does not change"
                  .formatted(topics.objects(), policy),
              configure(limits, topics.objects(), "'cleanup.policy=[compact,delete]'")));
    }
    long retention = number(objects, TopicConfig.RETENTION_MS_CONFIG);
    if (policy.contains(DELETE) && retention >= 0 && retention < TWO_SNAPSHOTS_MILLIS) {
      findings.add(
          Finding.warning(
              "%s keeps records for %s, less than two default intervals of the connector's snapshots: objects are missing meanwhile"
                  .formatted(topics.objects(), Text.millis(retention)),
              configure(limits, topics.objects(), "retention.ms=1209600000")
                  + ", or lower snapshot.interval.ms"));
    }
    if (policy.contains(COMPACT) && events != null) {
      long lag = number(objects, TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG);
      long kept = number(events, TopicConfig.RETENTION_MS_CONFIG);
      if (kept >= 0 && lag < kept) {
        findings.add(
            Finding.warning(
                "%s may be compacted after %s, %s keeps Events for %s: a replay of the time between misses versions of objects"
                    .formatted(
                        topics.objects(), Text.millis(lag), topics.events(), Text.millis(kept)),
                configure(limits, topics.objects(), "min.compaction.lag.ms=" + kept)));
      }
    }
    return findings;
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
