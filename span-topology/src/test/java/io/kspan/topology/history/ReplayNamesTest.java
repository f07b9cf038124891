package io.kspan.topology.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kspan.topology.application.SpanTopology;
import io.kspan.topology.config.TopologyConfig;
import io.kspan.topology.metrics.Metrics;
import io.kspan.topology.names.Names;
import io.kspan.topology.names.Topics;
import io.kspan.topology.ops.InputPartitions;
import io.kspan.topology.time.IdlePartitions;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayNamesTest {
  private final ReplayNames names = new ReplayNames("app", "a1");

  @Test
  void shouldNameEverythingButTheInputsAfterTheReplay() {
    Topics topics = names.topics(Topics.withPrefix("k8s."), false);

    assertThat(topics.events()).isEqualTo("k8s.events");
    assertThat(topics.objects()).isEqualTo("k8s.objects");
    assertThat(topics.all().subList(2, 6))
        .containsExactly(
            "app-replay-a1-lineage",
            "app-replay-a1-spans",
            "app-replay-a1-logs",
            "app-replay-a1-dead-letters");
    assertThat(names.topics(Topics.withPrefix("k8s.").withoutLogs(), false).hasLogs()).isFalse();
  }

  @Test
  void shouldWriteChangesWhereTheLiveApplicationDoesIfAsked() {
    Topics live = Topics.withPrefix("k8s.");

    assertThat(names.topics(live, true).changes()).isEqualTo("k8s.changes");
    assertThat(names.topics(live, false).hasChanges()).isFalse();
    assertThat(names.topics(live.withoutChanges(), true).hasChanges()).isFalse();
  }

  /** A store that is not in the list would leave its changelog behind. */
  @Test
  void shouldKnowEveryInternalTopic() {
    TopologyConfig config = new TopologyConfig(Map.of("bootstrap.servers", "localhost:1"));
    String described =
        new SpanTopology(config, InputPartitions.equal(1), IdlePartitions.NONE, new Metrics())
            .get()
            .describe()
            .toString();
    Set<String> internal = new HashSet<>();
    Pattern.compile("stores: \\[([^\\]]+)\\]")
        .matcher(described)
        .results()
        .flatMap(m -> Pattern.compile(", ").splitAsStream(m.group(1)))
        .filter(store -> !store.equals(Names.LINEAGE_STORE))
        .forEach(store -> internal.add("app-replay-a1-" + store + "-changelog"));

    assertThat(internal).hasSizeGreaterThan(10);
    assertThat(names.temporaryTopics())
        .containsAll(internal)
        .contains("app-replay-a1-by-root-repartition", "app-replay-a1-spans");
  }

  @Test
  void shouldRecognizeTheReplayOfATopic() {
    assertThat(names.temporaryTopics())
        .allSatisfy(topic -> assertThat(ReplayNames.ofTopic("app", topic)).contains(names));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "app-roots-changelog",
        "app-replay-a1-other",
        "app-replay-a1-b2-spans",
        "app-replay--spans",
        "app-replay-spans",
        "other-replay-a1-spans"
      })
  void shouldIgnoreOtherTopics(String topic) {
    assertThat(ReplayNames.ofTopic("app", topic)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a-b", "A", "a.b"})
  void shouldRefuseNamesThatCouldBeMistaken(String name) {
    assertThatThrownBy(() -> new ReplayNames("app", name))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("'" + name + "'");
  }
}
