package io.kspan.topology.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServeConfigTest {

  private static ServeConfig config(Map<String, String> more) {
    Map<String, String> properties = new HashMap<>(more);
    properties.put("bootstrap.servers", "localhost:9092");
    return new ServeConfig(properties);
  }

  @Test
  void shouldBeForThisMachineOnlyByDefault() {
    ServeConfig config = config(Map.of("kafka.security.protocol", "SSL"));

    assertThat(config.httpListen().orElseThrow().getAddress().isLoopbackAddress()).isTrue();
    assertThat(config.instances()).isEmpty();
    assertThat(config.topics().spans()).isEqualTo("k8s.spans");
    assertThat(config.consumer())
        .containsEntry("isolation.level", "read_committed")
        .containsEntry("security.protocol", "SSL")
        .doesNotContainKey("group.id");
    assertThat(config.admin()).containsEntry("security.protocol", "SSL");
  }

  @ParameterizedTest
  @CsvSource({
    "serve.base.path, kspan, such as /kspan",
    "serve.base.path, /kspan/, such as /kspan",
    "serve.instances, 'a:8080,http://b:8080', http://b:8080",
    "serve.instances, a, must be host:port",
    "serve.max.traces, many, a whole number",
    "http.listen, '', serve needs an address",
    "http.listen, 8080, host:port",
    "kafka.isolation.level, read_uncommitted, remove this setting",
    "serve.instance, a:1, did you mean serve.instances",
  })
  void shouldNameABadValueAndTheRemedy(String key, String value, String named) {
    assertThatThrownBy(() -> config(Map.of(key, value)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(key)
        .hasMessageContaining(named);
  }
}
