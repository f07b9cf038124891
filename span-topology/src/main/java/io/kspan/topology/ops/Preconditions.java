package io.kspan.topology.ops;

import static org.apache.kafka.common.acl.AclOperation.DESCRIBE;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;

import io.kspan.topology.errors.Fault;
import io.kspan.topology.names.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigException;

/**
 * What must hold before a command starts: brokers answer, topics exist and have the right numbers
 * of partitions, and this principal has the rights that it needs. {@code run}, {@code sink}, {@code
 * serve} and {@code replay} throw the first failure, {@code doctor} prints all results.
 *
 * <p>For one thread. Writes nothing and joins no group.
 */
public final class Preconditions {
  private static final String STREAMS_FEATURE = "streams.version";

  private final Brokers brokers;
  private final String servers;
  private final Topics topics;

  private interface Check {
    List<CheckResult> run() throws InterruptedException;
  }

  /** Checks {@code topics}; {@code servers} are as configured, for messages. */
  public Preconditions(Brokers brokers, String servers, Topics topics) {
    this.brokers = brokers;
    this.servers = servers;
    this.topics = topics;
  }

  /**
   * Checks all that {@code run} needs; throws a {@link ConfigException} with the first failure and
   * its remedy. Inputs that are {@code rekeyed} may have different numbers of partitions.
   */
  public InputPartitions requireRun(
      String applicationId, boolean streamsProtocol, boolean rekeyed, String internalTopic) {
    require(() -> brokers(streamsProtocol));
    InputPartitions inputs = requireTopics(topics.all(), rekeyed);
    require(() -> rights(runRights()));
    require(() -> creation(applicationId, internalTopic));
    return inputs;
  }

  /** Checks all that {@code sink} needs, likewise. */
  public void requireSink() {
    require(() -> brokers(false));
    require(() -> existence(sinkRights().keySet(), brokers.topics(sinkRights().keySet())));
    require(() -> rights(sinkRights()));
  }

  /** Checks all that {@code serve} needs, likewise. */
  public void requireServe() {
    require(() -> brokers(false));
    require(() -> existence(List.of(topics.spans()), brokers.topics(List.of(topics.spans()))));
    require(() -> rights(Map.of(topics.spans(), EnumSet.of(READ))));
  }

  /**
   * Checks the inputs, and where changes go if they are written, for {@code replay}, likewise;
   * returns the number of partitions of the inputs.
   */
  public int requireReplay() {
    require(() -> brokers(false));
    List<String> names = new ArrayList<>(List.of(topics.events(), topics.objects()));
    if (topics.hasChanges()) {
      names.add(topics.changes());
    }
    return requireTopics(names, false).tasks();
  }

  private InputPartitions requireTopics(Collection<String> names, boolean rekeyed) {
    List<InputPartitions> inputs = new ArrayList<>();
    require(
        () -> {
          Brokers.Topics described = brokers.topics(names);
          inputs(described).ifPresent(inputs::add);
          List<CheckResult> results = new ArrayList<>(existence(names, described));
          results.addAll(partitions(described, rekeyed));
          return results;
        });
    return inputs.get(0);
  }

  private void require(Check check) {
    try {
      for (CheckResult result : check.run()) {
        if (result.verdict() == CheckResult.Verdict.FAILED) {
          throw new ConfigException(result.what() + "; " + result.remedy());
        }
      }
    } catch (UnansweredException e) {
      CheckResult failure = unreachable(e.getCause());
      throw new ConfigException(failure.what() + "; " + failure.remedy());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConfigException("interrupted while the brokers and topics were checked");
    }
  }

  /** Whether brokers answer and, with {@code streamsProtocol}, know KIP-1071. */
  public List<CheckResult> brokers(boolean streamsProtocol) throws InterruptedException {
    int count;
    try {
      count = brokers.count();
    } catch (KafkaException | UnansweredException e) {
      return List.of(unreachable(e.getCause() == null ? e : e.getCause()));
    }
    List<CheckResult> results = new ArrayList<>();
    results.add(CheckResult.ok("%s at %s".formatted(CheckResult.count(count, "broker"), servers)));
    if (streamsProtocol && brokers.level(STREAMS_FEATURE) < 1) {
      results.add(
          CheckResult.failed(
              "kafka.group.protocol=streams, but the brokers have no " + STREAMS_FEATURE,
              "kafka-features.sh --bootstrap-server %s upgrade --feature %s=1 (brokers 4.2 or newer), or kafka.group.protocol=classic"
                  .formatted(servers, STREAMS_FEATURE)));
    }
    return results;
  }

  CheckResult unreachable(Throwable why) {
    return CheckResult.failed(
        "no broker answers at %s: %s".formatted(servers, Fault.describe(why)),
        "check bootstrap.servers, that the brokers run and advertise an address that can be reached"
            + " from here, and the kafka. settings for TLS and SASL");
  }

  /** Whether {@code names} exist and may be described; nothing about those that do. */
  public static List<CheckResult> existence(Collection<String> names, Brokers.Topics described) {
    List<CheckResult> results = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (String topic : names) {
      if (described.forbidden().contains(topic)) {
        results.add(
            CheckResult.failed(
                topic + " may not be described", "grant DESCRIBE on it to this principal"));
      } else if (!described.existing().containsKey(topic)) {
        missing.add(topic);
      }
    }
    if (!missing.isEmpty()) {
      results.add(
          CheckResult.failed(
              String.join(", ", missing) + (missing.size() == 1 ? " does" : " do") + " not exist",
              "create what is missing (deploy/topics/create-topics.sh makes all), or correct topic.prefix"));
    }
    return results;
  }

  /** Whether the numbers of partitions fit; those of {@code rekeyed} inputs may differ. */
  public List<CheckResult> partitions(Brokers.Topics described, boolean rekeyed) {
    List<CheckResult> results = new ArrayList<>();
    inputs(described).ifPresent(inputs -> results.add(equality(inputs, rekeyed)));
    Brokers.Topic lineage = described.existing().get(topics.lineage());
    if (lineage != null && lineage.partitions() != 1) {
      results.add(
          CheckResult.failed(
              "%s has %d partitions, it must have 1"
                  .formatted(topics.lineage(), lineage.partitions()),
              "stop the application, delete the topic, create it anew with 1 partition, and reset:"
                  + " a new application.id reads the inputs from the beginning"));
    }
    return results;
  }

  /** The numbers of partitions of the inputs; empty unless both are described. */
  public Optional<InputPartitions> inputs(Brokers.Topics described) {
    Brokers.Topic objects = described.existing().get(topics.objects());
    Brokers.Topic events = described.existing().get(topics.events());
    return objects == null || events == null
        ? Optional.empty()
        : Optional.of(new InputPartitions(objects.partitions(), events.partitions()));
  }

  private CheckResult equality(InputPartitions inputs, boolean rekeyed) {
    String events = CheckResult.count(inputs.events(), "partition");
    if (inputs.events() == inputs.objects()) {
      return CheckResult.ok(
          "%s and %s have %s each".formatted(topics.events(), topics.objects(), events));
    }
    String both =
        "%s has %s, %s has %d"
            .formatted(topics.events(), events, topics.objects(), inputs.objects());
    return rekeyed
        ? CheckResult.ok(both + ": input.rekey=true brings their records together")
        : CheckResult.failed(
            both,
            "events and objects of one reference must meet in one task: set input.rekey=true and a"
                + " new application.id, or create them anew with equally many, without their records");
  }

  /** The rights that {@code run} needs, by topic. */
  public Map<String, Set<AclOperation>> runRights() {
    Map<String, Set<AclOperation>> needed = new LinkedHashMap<>();
    needed.put(topics.events(), EnumSet.of(READ));
    needed.put(topics.objects(), EnumSet.of(READ));
    needed.put(topics.lineage(), EnumSet.of(READ, WRITE));
    needed.put(topics.spans(), EnumSet.of(WRITE));
    if (topics.hasChanges()) {
      needed.put(topics.changes(), EnumSet.of(WRITE));
    }
    if (topics.hasLogs()) {
      needed.put(topics.logs(), EnumSet.of(WRITE));
    }
    needed.put(topics.deadLetters(), EnumSet.of(WRITE));
    return needed;
  }

  /** The rights that {@code sink} needs, by topic. */
  public Map<String, Set<AclOperation>> sinkRights() {
    Map<String, Set<AclOperation>> needed = new LinkedHashMap<>();
    needed.put(topics.spans(), EnumSet.of(READ));
    if (topics.hasChanges()) {
      needed.put(topics.changes(), EnumSet.of(READ));
    }
    if (topics.hasLogs()) {
      needed.put(topics.logs(), EnumSet.of(READ));
    }
    needed.put(topics.deadLetters(), EnumSet.of(WRITE));
    return needed;
  }

  /** The failures among {@code needed}; topics that do not exist have none. */
  public List<CheckResult> rights(Map<String, Set<AclOperation>> needed)
      throws InterruptedException {
    return missing(needed, brokers.topics(needed.keySet()));
  }

  static List<CheckResult> missing(
      Map<String, Set<AclOperation>> needed, Brokers.Topics described) {
    List<CheckResult> results = new ArrayList<>();
    needed.forEach(
        (name, operations) -> {
          Brokers.Topic topic = described.existing().get(name);
          if (topic != null && topic.granted() != null) {
            Set<AclOperation> missing = new TreeSet<>(operations);
            missing.removeAll(topic.granted());
            if (!missing.isEmpty()) {
              results.add(missing("topic", name, missing));
            }
          }
        });
    return results;
  }

  /** Whether Kafka Streams may create its topics, {@code internalTopic} for all of them. */
  public List<CheckResult> creation(String applicationId, String internalTopic)
      throws InterruptedException {
    return brokers.mayCreate(internalTopic)
        ? List.of()
        : List.of(
            CheckResult.failed(
                "topic %s: no right to CREATE".formatted(internalTopic),
                "grant CREATE on topics with the prefix %s- to this principal"
                    .formatted(applicationId)));
  }

  /** Whether this principal may join a group; one that does not exist is not checked. */
  public List<CheckResult> group(String id) throws InterruptedException {
    try {
      return brokers.group(id).map(group -> missing(id, group)).orElse(List.of());
    } catch (UnansweredException e) {
      if (e.isDenied()) {
        return List.of(missing("group", id, EnumSet.of(READ, DESCRIBE)));
      }
      throw e;
    }
  }

  static List<CheckResult> missing(String id, Brokers.Group group) {
    return group.granted() == null || group.granted().contains(READ)
        ? List.of()
        : List.of(missing("group", id, EnumSet.of(READ)));
  }

  /** Whether this principal may describe the transactions of the application. */
  public List<CheckResult> transactions(String applicationId) throws InterruptedException {
    return brokers.mayDescribeTransactions(applicationId + "-doctor")
        ? List.of()
        : List.of(
            CheckResult.failed(
                "no right to DESCRIBE transactional ids with the prefix " + applicationId + "-",
                "grant DESCRIBE and WRITE on them to this principal"));
  }

  private static CheckResult missing(String kind, String name, Set<AclOperation> operations) {
    String list = String.join(", ", operations.stream().map(Enum::name).toList());
    StringBuilder options = new StringBuilder();
    operations.forEach(operation -> options.append(" --operation ").append(operation));
    return CheckResult.failed(
        "%s %s: no right to %s".formatted(kind, name, list),
        "grant it: kafka-acls.sh --add --allow-principal User:NAME%s --%s %s"
            .formatted(options, kind, name));
  }
}
