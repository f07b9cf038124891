package io.kspan.topology.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.topology.names.Topics;
import java.net.ConnectException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.acl.AclOperation;
import org.junit.jupiter.api.Test;

/** The judgements of facts about brokers and topics. */
class PreconditionsTest {
  private static final Topics TOPICS = Topics.withPrefix("k8s.");

  private final Preconditions preconditions =
      new Preconditions(new Brokers(Map.of(), Duration.ZERO), "b:9092", TOPICS);

  private static Brokers.Topics described(Map<String, Integer> partitions, String... forbidden) {
    Map<String, Brokers.Topic> existing = new HashMap<>();
    partitions.forEach((topic, count) -> existing.put(topic, new Brokers.Topic(count, null)));
    return new Brokers.Topics(existing, Set.of(forbidden));
  }

  @Test
  void shouldTellWhatIsForbiddenFromWhatIsMissing() {
    Brokers.Topics described =
        described(
            Map.of(TOPICS.events(), 6, TOPICS.objects(), 6, TOPICS.lineage(), 6), TOPICS.spans());

    assertThat(Preconditions.existence(TOPICS.all(), described))
        .extracting(CheckResult::what)
        .containsExactly(
            "k8s.spans may not be described",
            "k8s.changes, k8s.logs, k8s.dead-letters do not exist");
    assertThat(preconditions.partitions(described, false))
        .extracting(CheckResult::what)
        .containsExactly(
            "k8s.events and k8s.objects have 6 partitions each",
            "k8s.lineage has 6 partitions, it must have 1");
  }

  @Test
  void shouldNameAllMissingTopicsAtOnce() {
    assertThat(Preconditions.existence(TOPICS.all(), described(Map.of(TOPICS.lineage(), 1))))
        .singleElement()
        .satisfies(
            result -> {
              assertThat(result.what())
                  .isEqualTo(
                      "k8s.events, k8s.objects, k8s.spans, k8s.changes, k8s.logs, k8s.dead-letters do not exist");
              assertThat(result.remedy()).contains("create-topics.sh", "topic.prefix");
            });
  }

  private List<CheckResult> unequal(boolean rekeyed) {
    return preconditions.partitions(
        described(Map.of(TOPICS.events(), 2, TOPICS.objects(), 3, TOPICS.lineage(), 1)), rekeyed);
  }

  @Test
  void shouldAcceptUnequalInputsThatAreReKeyedOnly() {
    assertThat(unequal(true))
        .containsExactly(
            CheckResult.ok(
                "k8s.events has 2 partitions, k8s.objects has 3: input.rekey=true brings their records together"));
    assertThat(unequal(false))
        .singleElement()
        .satisfies(
            result -> {
              assertThat(result.verdict()).isEqualTo(CheckResult.Verdict.FAILED);
              assertThat(result.remedy()).contains("input.rekey=true");
            });
  }

  @Test
  void shouldNameTheRightsThatAreMissing() {
    Map<String, Set<AclOperation>> needed = new LinkedHashMap<>();
    needed.put("k8s.lineage", EnumSet.of(AclOperation.READ, AclOperation.WRITE));
    needed.put("k8s.spans", EnumSet.of(AclOperation.WRITE));
    needed.put("k8s.events", EnumSet.of(AclOperation.READ));
    Map<String, Brokers.Topic> existing = new HashMap<>();
    existing.put("k8s.lineage", new Brokers.Topic(1, EnumSet.of(AclOperation.READ)));
    // Brokers do not always say.
    existing.put("k8s.spans", new Brokers.Topic(1, null));

    assertThat(Preconditions.missing(needed, new Brokers.Topics(existing, Set.of())))
        .containsExactly(
            CheckResult.failed(
                "topic k8s.lineage: no right to WRITE",
                "grant it: kafka-acls.sh --add --allow-principal User:NAME --operation WRITE --topic k8s.lineage"));
    assertThat(
            Preconditions.missing(
                "sink", new Brokers.Group("Stable", 1, EnumSet.of(AclOperation.DESCRIBE))))
        .extracting(CheckResult::what)
        .containsExactly("group sink: no right to READ");
    assertThat(
            Preconditions.missing(
                "sink", new Brokers.Group("Stable", 1, EnumSet.of(AclOperation.READ))))
        .isEmpty();
  }

  @Test
  void shouldSayThatNoBrokerAnswers() {
    CheckResult result = preconditions.unreachable(new ConnectException("refused"));
    assertThat(result.verdict()).isEqualTo(CheckResult.Verdict.FAILED);
    assertThat(result.what()).isEqualTo("no broker answers at b:9092: refused");
  }
}
