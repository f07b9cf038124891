package io.kspan.topology.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.topology.names.Names;
import io.kspan.topology.names.Topics;
import io.kspan.topology.ops.CheckResult;
import io.kspan.topology.ops.CheckResult.Verdict;
import io.kspan.topology.ops.InputPartitions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is made of partitions and settings of topics. */
class TopicsCheckTest {
  private static final Topics TOPICS = Topics.withPrefix("k8s.");
  private static final TopicsCheck.Limits LIMITS = new TopicsCheck.Limits("b:9092", 524_288);

  private final Map<String, Map<String, String>> settings = new HashMap<>();

  @BeforeEach
  void asDesigned() {
    settings.put(TOPICS.events(), Map.of("cleanup.policy", "delete", "retention.ms", "604800000"));
    settings.put(
        TOPICS.objects(),
        Map.of(
            "cleanup.policy",
            "compact,delete",
            "retention.ms",
            "1209600000",
            "min.compaction.lag.ms",
            "604800000"));
    settings.put(TOPICS.lineage(), Map.of("cleanup.policy", "compact"));
    settings.put(TOPICS.spans(), Map.of("max.message.bytes", "1048588"));
  }

  private List<CheckResult> results() {
    return TopicsCheck.judge(TOPICS, settings, LIMITS);
  }

  private void change(String topic, String key, String value) {
    Map<String, String> changed = new HashMap<>(settings.get(topic));
    changed.put(key, value);
    settings.put(topic, changed);
  }

  @Test
  void shouldFindNothingWrongWithTopicsAsDesigned() {
    assertThat(results()).isEmpty();
  }

  @Test
  void shouldWarnOfALineageThatIsDeleted() {
    change(TOPICS.lineage(), "cleanup.policy", "delete");
    assertThat(results())
        .containsExactly(
            CheckResult.warning(
                "k8s.lineage has cleanup.policy=delete: owners are forgotten while their objects live",
                "kafka-configs.sh --bootstrap-server b:9092 --alter --entity-type topics"
                    + " --entity-name k8s.lineage --add-config cleanup.policy=compact"));
  }

  @Test
  void shouldWarnOfObjectsThatAreNotCompacted() {
    change(TOPICS.objects(), "cleanup.policy", "delete");
    assertThat(results())
        .singleElement()
        .extracting(CheckResult::verdict, CheckResult::remedy)
        .satisfies(
            result -> assertThat(result.toString()).contains("cleanup.policy=[compact,delete]"));
  }

  @Test
  void shouldWarnOfObjectsThatAreKeptForLessThanTwoSnapshots() {
    change(TOPICS.objects(), "retention.ms", "172799999");
    assertThat(results())
        .singleElement()
        .extracting(CheckResult::verdict)
        .isEqualTo(Verdict.WARNING);
    change(TOPICS.objects(), "retention.ms", "-1");
    assertThat(results()).as("kept for ever").isEmpty();
  }

  @Test
  void shouldWarnOfObjectsThatAreCompactedBeforeEventsAreDeleted() {
    change(TOPICS.objects(), "min.compaction.lag.ms", "0");
    assertThat(results().get(0).remedy()).contains("min.compaction.lag.ms=604800000");
  }

  @Test
  void shouldRefuseATopicThatTakesLessThanASpan() {
    change(TOPICS.spans(), "max.message.bytes", "1000");
    assertThat(results())
        .singleElement()
        .satisfies(
            result -> {
              assertThat(result.verdict()).isEqualTo(Verdict.FAILED);
              assertThat(result.what()).contains("1000 bytes", "524288");
            });
  }

  @Test
  void shouldSayWhatMayNotBeRead() {
    settings.clear();
    assertThat(results())
        .singleElement()
        .extracting(CheckResult::verdict)
        .isEqualTo(Verdict.SKIPPED);
  }

  private static List<String> internal(int partitions, InputPartitions inputs) {
    List<CheckResult> results = new ArrayList<>();
    TopicsCheck.internal("app-x", partitions, inputs, results::add);
    return results.stream().map(CheckResult::what).toList();
  }

  @Test
  void shouldMeasureInternalTopicsByTheLargerInput() {
    assertThat(internal(3, new InputPartitions(3, 2))).isEmpty();
    assertThat(internal(3, new InputPartitions(2, 3))).isEmpty();
    assertThat(internal(2, new InputPartitions(2, 3)))
        .containsExactly("app-x has 2 partitions, the larger input has 3");
    assertThat(internal(2, InputPartitions.equal(3)))
        .containsExactly("app-x has 2 partitions, the inputs have 3");
  }

  @Test
  void shouldKnowTheTopicsOfReKeyedInputs() {
    List<String> more =
        List.of("app-objects-by-reference-repartition", "app-events-by-reference-repartition");
    assertThat(Names.internalTopics("app", true)).containsAll(more);
    assertThat(Names.internalTopics("app", false)).doesNotContainAnyElementsOf(more);
  }
}
