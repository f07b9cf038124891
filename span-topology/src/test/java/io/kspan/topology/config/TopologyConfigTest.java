package io.kspan.topology.config;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
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
