package io.kspan.topology.doctor;

import io.kspan.topology.Names;
import io.kspan.topology.Topics;
import io.kspan.topology.config.TopicRights;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigException;

/**
 * Whether the principal of these settings may do what {@code run} and {@code sink} must. What
 * cannot be asked without doing it is said not to be checked.
 */
final class RightsCheck implements Check {
  private final Brokers brokers;
  private final Installation installation;
  private final Situation situation;
  private final boolean withSink;

  RightsCheck(Brokers brokers, Installation installation, Situation situation, boolean withSink) {
    this.brokers = brokers;
    this.installation = installation;
    this.situation = situation;
    this.withSink = withSink;
  }

  @Override
  public String name() {
    return "rights";
  }

  @Override
  public List<Finding> run() throws InterruptedException {
    Optional<List<Finding>> obstacle = situation.obstacle();
    if (obstacle.isPresent()) {
      return obstacle.get();
    }
    Topics topics = installation.topics();
    String id = installation.topology().applicationId();
    Map<String, Set<AclOperation>> granted = new LinkedHashMap<>();
    brokers.describe(topics.all()).found().forEach((t, facts) -> granted.put(t, facts.granted()));
    List<Finding> findings = new ArrayList<>(judge(needed(topics), granted));
    try {
      TopicRights.requireCreation(brokers.admin(), TopicsCheck.repartition(id, Names.BY_ROOT));
    } catch (ConfigException e) {
      findings.add(
          Finding.failed(
              e.getMessage(), "grant CREATE on topics with the prefix " + id + "- to it"));
    }
    findings.addAll(group(id));
    if (withSink) {
      findings.addAll(group(installation.sinkGroup()));
    }
    if (!brokers.mayDescribeTransactions(id + "-doctor")) {
      findings.add(
          Finding.failed(
              "no right to DESCRIBE transactional ids with the prefix " + id + "-",
              "grant DESCRIBE and WRITE on them to this principal"));
    }
    if (findings.isEmpty()) {
      findings.add(
          Finding.ok(
              "this principal may use the topics and groups that exist; WRITE on transactional ids"
                  + " and DELETE on internal topics cannot be asked"));
    }
    return findings;
  }

  private Map<String, Set<AclOperation>> needed(Topics topics) {
    Map<String, Set<AclOperation>> needed = new LinkedHashMap<>(TopicRights.ofTopology(topics));
    if (withSink) {
      TopicRights.ofSink(topics)
          .forEach(
              (topic, operations) ->
                  needed.merge(
                      topic,
                      operations,
                      (one, other) -> {
                        Set<AclOperation> both = EnumSet.copyOf(one);
                        both.addAll(other);
                        return both;
                      }));
    }
    return needed;
  }

  /**
   * Operations on topics.
   *
   * @param granted by topic that exists; null if the brokers do not say
   */
  static List<Finding> judge(
      Map<String, Set<AclOperation>> needed, Map<String, Set<AclOperation>> granted) {
    List<Finding> findings = new ArrayList<>();
    needed.forEach(
        (topic, operations) -> {
          Set<AclOperation> missing = new TreeSet<>(operations);
          Set<AclOperation> given = granted.get(topic);
          if (given != null) {
            missing.removeAll(given);
            if (!missing.isEmpty()) {
              findings.add(missing("topic", topic, missing));
            }
          }
        });
    return findings;
  }

  private List<Finding> group(String id) throws InterruptedException {
    try {
      return brokers.group(id).map(GroupFacts::granted).map(it -> judge(id, it)).orElse(List.of());
    } catch (UnansweredException e) {
      if (e.isDenied()) {
        return List.of(missing("group", id, EnumSet.of(AclOperation.READ, AclOperation.DESCRIBE)));
      }
      throw e;
    }
  }

  static List<Finding> judge(String group, Set<AclOperation> granted) {
    return granted.contains(AclOperation.READ)
        ? List.of()
        : List.of(missing("group", group, EnumSet.of(AclOperation.READ)));
  }

  private static Finding missing(String kind, String name, Set<AclOperation> operations) {
    String list = String.join(", ", operations.stream().map(Enum::name).toList());
    StringBuilder options = new StringBuilder();
    operations.forEach(operation -> options.append(" --operation ").append(operation));
    return Finding.failed(
        "%s %s: no right to %s".formatted(kind, name, list),
        "kafka-acls.sh --add --allow-principal User:NAME%s --%s %s".formatted(options, kind, name));
  }
}
