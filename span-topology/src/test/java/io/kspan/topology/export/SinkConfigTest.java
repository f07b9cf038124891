package io.kspan.topology.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kspan.topology.metrics.Metrics;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SinkConfigTest {

  @Test
  void shouldHaveDefaultsAndPassKafkaSettingsOn() {
    SinkConfig config = config(Map.of("kafka.security.protocol", "SSL", "kafka.linger.ms", "5"));
    assertThat(config.topics().spans()).isEqualTo("k8s.spans");
    assertThat(config.consumer())
        .containsEntry("group.id", "kspan-otlp-sink")
        .containsEntry("isolation.level", "read_committed")
        .containsEntry("enable.auto.commit", false)
        .containsEntry("security.protocol", "SSL");
    assertThat(config.producer())
        .containsEntry("security.protocol", "SSL")
        .containsEntry("linger.ms", "5");
  }

  @Test
  void shouldNameAnUnknownKeyAndWhatWasMeant() {
    assertThatThrownBy(() -> config(Map.of("sink.batch.bytes", "1")))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(
            "Unknown setting sink.batch.bytes (did you mean sink.batch.max.bytes?)");
    assertThatThrownBy(() -> config(Map.of("colour", "1")))
        .hasMessageStartingWith("Unknown setting colour; own settings are ")
        .hasMessageContaining("sink.group.id");
  }

  @Test
  void shouldNameABadValue() {
    assertThatThrownBy(() -> config(Map.of("sink.batch.max.bytes", "big")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("big")
        .hasMessageContaining("sink.batch.max.bytes");
    assertThatThrownBy(() -> config(Map.of("sink.backoff.min.ms", "60000")))
        .hasMessageContaining("must not be above sink.backoff.max.ms (30000)");
    assertThatThrownBy(() -> new SinkConfig(Map.of())).hasMessageContaining("bootstrap.servers");
  }

  @Test
  void shouldRefuseWhatWouldBreakItsGuarantees() {
    assertThatThrownBy(() -> config(Map.of("kafka.enable.auto.commit", "true")))
        .hasMessageContaining("kafka.enable.auto.commit")
        .hasMessageContaining("remove this setting");
  }

  @ParameterizedTest
  @CsvSource({"ENDPOINT, not a url", "PROTOCOL, carrier-pigeon"})
  void shouldNameWhatIsWrongWithTheBackend(String variable, String value) {
    Map<String, String> settings = Map.of("bootstrap.servers", "localhost:1");
    Map<String, String> environment = Map.of("OTEL_EXPORTER_OTLP_" + variable, value);
    assertThatThrownBy(() -> new OtlpSink(settings, environment, new Metrics()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll(value, "OTEL_EXPORTER_OTLP_");
  }

  private static SinkConfig config(Map<String, String> more) {
    Map<String, String> properties = new HashMap<>(more);
    properties.put("bootstrap.servers", "localhost:9092");
    return new SinkConfig(properties);
  }
}
