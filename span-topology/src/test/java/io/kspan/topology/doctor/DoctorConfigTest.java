package io.kspan.topology.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kspan.topology.otlp.Signal;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The settings of {@code run} and {@code sink} together. */
class DoctorConfigTest {
  private static DoctorConfig config(String... keysAndValues) {
    Map<String, String> properties = new HashMap<>(Map.of("bootstrap.servers", "b:9092"));
    for (int i = 0; i < keysAndValues.length; i += 2) {
      properties.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return DoctorConfig.of(properties, Map.of("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"));
  }

  @Test
  void shouldTakeTheSettingsOfBoth() {
    DoctorConfig both =
        config(
            "trace.settle.ms", "1",
            "sink.group.id", "mine",
            "http.listen", "127.0.0.1:8080",
            "otel.resource.attributes", "a=b",
            "otel.exporter.otlp.endpoint", "http://user:geheim@otel:4318",
            "kafka.security.protocol", "SSL",
            "kafka.isolation.level", "read_committed",
            "kafka.group.protocol", "streams");
    assertThat(both.sinkGroup()).isEqualTo("mine");
    assertThat(both.connection()).containsEntry("security.protocol", "SSL");
    assertThat(both.consumer()).containsEntry("security.protocol", "SSL");
    assertThat(both.streamsProtocol()).isTrue();
    assertThat(both.backends().get(Signal.TRACES).protocol()).isEqualTo("http/protobuf");
    assertThat(both.backends().get(Signal.TRACES).endpoint())
        .contains("otel:4318")
        .doesNotContain("geheim");
  }

  @Test
  void shouldHaveTheDefaultsOfBoth() {
    DoctorConfig defaults = config();
    assertThat(defaults.sinkGroup()).isEqualTo("kspan-otlp-sink");
    assertThat(defaults.topology().applicationId()).isEqualTo("span-topology");
    assertThat(defaults.streamsProtocol()).isFalse();
    assertThat(defaults.backends().get(Signal.TRACES).endpoint())
        .isEqualTo("http://localhost:4318");
  }

  @ParameterizedTest
  @CsvSource({
    "sink.grup.id, x, did you mean sink.group.id",
    "trace.setle.ms, 1, did you mean trace.settle.ms",
    "trace.settle.ms, soon, trace.settle.ms",
    "sink.batch.max.bytes, 1, sink.batch.max.bytes",
    "kafka.num.stream.threads, many, num.stream.threads",
    "otel.exporter.otlp.protocol, carrier-pigeon, OTEL_EXPORTER_OTLP",
  })
  void shouldRefuseWhatTheCommandsRefuse(String key, String value, String message) {
    assertThatThrownBy(() -> config(key, value))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }
}
