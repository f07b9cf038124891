package io.kspan.topology.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kspan.topology.config.TopologyConfig;
import io.kspan.topology.model.ObjectReference;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

class ReplayRangeTest {
  private static final long FROM = 1_000_000_000;
  private static final long TO = 1_100_000_000;

  private static TopologyConfig config(String key, String value) {
    return new TopologyConfig(Map.of("bootstrap.servers", "localhost:1", key, value));
  }

  @Test
  void shouldReadFromWhereACopyCanHaveItsOriginal() {
    ReplayRange range = new ReplayRange(FROM, TO, null, null);

    assertThat(range.readFromMillis(config("dedupe.window.ms", "7200000")))
        .isEqualTo(FROM - Duration.ofMinutes(130).toMillis());
    assertThat(range.readFromMillis(config("dedupe.window.ms", "0")))
        .isEqualTo(FROM - Duration.ofMinutes(25).toMillis());
    assertThat(new ReplayRange(5, TO, null, null).readFromMillis(config("dedupe.window.ms", "100")))
        .isZero();
  }

  @Test
  void shouldReadUntilEverySessionIsOver() {
    TopologyConfig config = config("trace.max.duration.ms", "60000");

    assertThat(new ReplayRange(FROM, TO, null, null).readUntilMillis(config))
        .isEqualTo(TO + 60_000 + 10_000 + 2_000 + 1);
    assertThat(new ReplayRange(FROM, Long.MAX_VALUE, null, null).readUntilMillis(config))
        .isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void shouldReadObjectsThatANamespacedRootCanOwn() {
    ReplayRange range = new ReplayRange(FROM, TO, null, "ns");

    assertThat(range.canBelongToRoot(new ObjectReference("Pod", "ns", "p"))).isTrue();
    assertThat(range.canBelongToRoot(new ObjectReference("Node", "", "n"))).isTrue();
    assertThat(range.canBelongToRoot(new ObjectReference("Pod", "other", "p"))).isFalse();
    assertThat(range.includesRoot(new ObjectReference("Node", "", "n"))).isFalse();
  }

  @Test
  void shouldRefuseAnEmptyRange() {
    assertThatThrownBy(() -> new ReplayRange(FROM, FROM, null, null))
        .isInstanceOf(ConfigException.class)
        .hasMessage("--to must be later than --from");
  }
}
