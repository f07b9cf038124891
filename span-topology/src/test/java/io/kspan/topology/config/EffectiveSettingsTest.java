package io.kspan.topology.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class EffectiveSettingsTest {
  @Test
  void shouldShowEverythingButSecrets() {
    assertThat(
            EffectiveSettings.of(
                Map.of(
                    "kafka.ssl.key.password",
                    "x",
                    "kafka.sasl.jaas.config",
                    "x",
                    "otel.exporter.otlp.headers",
                    "api-key=x",
                    "otel.exporter.otlp.endpoint",
                    "http://me:x@backend:4317",
                    "topic.prefix",
                    "k8s.",
                    "a.class",
                    String.class)))
        .isEqualTo(
            "a.class=java.lang.String, kafka.sasl.jaas.config=[hidden], kafka.ssl.key.password=[hidden],"
                + " otel.exporter.otlp.endpoint=http://[hidden]@backend:4317,"
                + " otel.exporter.otlp.headers=[hidden], topic.prefix=k8s.");
  }
}
