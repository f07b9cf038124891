package io.kspan.topology.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopologyConfigTest {
  private static TopologyConfig config(Map<String, String> more) {
    Map<String, String> properties = new HashMap<>(more);
    properties.put("bootstrap.servers", "localhost:9092");
    return new TopologyConfig(properties);
  }

  @ParameterizedTest
  @CsvSource({
    "trace.setle, trace.settle.ms",
    "trace.settle, trace.settle.ms",
    "orphan.windows.ms, orphan.window.ms",
    "cluster-name, cluster.name",
    "KAFKA.topic.prefix, topic.prefix"
  })
  void shouldGuessWhatWasMeant(String given, String meant) {
    assertThatThrownBy(() -> config(Map.of(given, "1")))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(
            "Unknown setting "
                + given
                + " (did you mean "
                + meant
                + "?); settings of Kafka Streams ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "security.protocol", "sink.backoff.max.ms"})
  void shouldNotGuessWhereNothingIsAlike(String given) {
    assertThatThrownBy(() -> config(Map.of(given, "1")))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("Unknown setting " + given + "; own settings are ")
        .hasMessageEndingWith("settings of Kafka Streams take the prefix kafka.");
  }

  @Test
  void shouldNameAllUnknownSettings() {
    assertThatThrownBy(() -> config(Map.of("b", "1", "a", "1", "kafka.c", "1")))
        .hasMessageStartingWith("Unknown setting a, b; ");
  }

  @Test
  void shouldDeriveAgesFromTheDedupeWindow() {
    TopologyConfig config = config(Map.of("dedupe.window.ms", "5000000"));

    assertThat(config.dedupeWindowMillis()).isEqualTo(5_000_000);
    assertThat(config.deletedRetentionMillis()).isEqualTo(5_000_000);
    assertThat(config.unseenLookbackMillis()).isEqualTo(5_000_000);
    assertThat(config.missedDeletionDelayMillis()).isEqualTo(5_000_000);
    assertThat(config.replayLookbackMillis()).isEqualTo(5_600_000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "deleted.objects.retention.ms",
        "unseen.objects.lookback.ms",
        "missed.deletion.delay.ms",
        "replay.lookback.ms"
      })
  void shouldTakeEachAgeByItself(String key) {
    TopologyConfig defaults = config(Map.of());
    TopologyConfig config = config(Map.of(key, "1500000"));

    assertThat(config.values().get(key)).isEqualTo(1_500_000L);
    defaults.values().keySet().stream()
        .filter(other -> !other.equals(key))
        .forEach(
            other ->
                assertThat(config.values().get(other)).isEqualTo(defaults.values().get(other)));
    assertThatThrownBy(() -> config(Map.of(key, "-1"))).hasMessageContaining(key);
    assertThatThrownBy(() -> config(Map.of(key, "2h")))
        .hasMessage(
            "Invalid value 2h for configuration %s: a whole number of milliseconds".formatted(key));
  }

  @ParameterizedTest
  @ValueSource(strings = {"span.labels", "span.annotations"})
  void shouldCarryABoundedNumberOfLabels(String key) {
    String most = IntStream.range(0, 64).mapToObj(i -> "l" + i).collect(Collectors.joining(","));

    assertThatCode(() -> config(Map.of(key, most))).doesNotThrowAnyException();
    assertThatThrownBy(() -> config(Map.of(key, most + ",one-more")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(key)
        .hasMessageContaining("64");
  }

  @Test
  void shouldReadBackAsFarAsAnUnseenObjectIsLookedUp() {
    assertThat(config(Map.of("unseen.objects.lookback.ms", "9000000")).replayLookbackMillis())
        .isEqualTo(9_600_000);
  }

  @Test
  void shouldRefuseAReplayThatCutsSessions() {
    assertThatThrownBy(() -> config(Map.of("replay.lookback.ms", "1499999")))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "Invalid value 1499999 for configuration replay.lookback.ms: must be at least"
                + " 2 * trace.max.duration.ms + trace.inactivity.ms (1500000); raise it, or leave it out");
  }

  @ParameterizedTest
  @CsvSource({"900000, 600000", "300001, 1"})
  void shouldRememberARootAsLongAsTheRulesReach(String retention, String longest) {
    assertThatCode(
            () -> config(Map.of("root.retention.ms", retention, "trace.max.duration.ms", longest)))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({"899999, 600000", "0, 1", "604800000, 9223372036854775807"})
  void shouldRefuseToForgetARootBefore(String retention, String longest) {
    assertThatThrownBy(
            () -> config(Map.of("root.retention.ms", retention, "trace.max.duration.ms", longest)))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "Invalid value %s for configuration root.retention.ms: must be at least 300000 above"
                    .formatted(retention)
                + " trace.max.duration.ms (%s); raise the one or lower the other"
                    .formatted(longest));
  }
}
