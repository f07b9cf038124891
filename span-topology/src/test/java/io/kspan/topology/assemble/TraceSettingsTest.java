package io.kspan.topology.assemble;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.topology.config.TopologyConfig;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceSettingsTest {

  /** Watermarks are published at least until then: a longer wait would be left to a heartbeat. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "trace.settle.ms",
        "trace.settle.warning.ms",
        "trace.settle.unknown.ms",
        "trace.inactivity.ms"
      })
  void shouldKnowTheLongestQuietTime(String longest) {
    TraceSettings settings =
        new TopologyConfig(Map.of("bootstrap.servers", "unused:9092", longest, "540000"))
            .traceSettings();

    assertThat(settings.longestQuietNanos()).isEqualTo(Duration.ofMinutes(9).toNanos());
  }
}
