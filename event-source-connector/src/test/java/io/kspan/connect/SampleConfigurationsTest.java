package io.kspan.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.connect.runtime.SourceConnectorConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The samples in config/, which are delivered as etc/, work as they are. */
class SampleConfigurationsTest {
  private static final Path SAMPLES = Path.of("config");

  private final KubernetesEventSourceConnector connector = new KubernetesEventSourceConnector();

  @TempDir private Path secrets;

  static Stream<Path> samples() throws IOException {
    return Files.list(SAMPLES).sorted();
  }

  @Test
  void shouldCoverEveryWayToRunAConnector() throws IOException {
    try (Stream<Path> samples = samples()) {
      assertThat(samples.map(sample -> sample.getFileName().toString()))
          .contains("distributed.json", "standalone.properties", "strimzi.yaml");
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void shouldNameTheConnectorAndOnlyKeysThatExist(Path sample) throws IOException {
    Map<String, String> config = ConnectorConfigFile.read(sample);

    assertThat(config.get("connector.class"))
        .isEqualTo(KubernetesEventSourceConnector.class.getName());
    assertThat(config).containsKeys("name", "tasks.max");
    Set<String> unknown = new TreeSet<>(config.keySet());
    unknown.removeAll(ConfigKeys.definition().names());
    unknown.removeAll(SourceConnectorConfig.configDef().names());
    unknown.removeIf(
        key ->
            key.matches(
                "topic\\.creation\\.(default|objects|heartbeats)\\..+|producer\\.override\\..+"));
    assertThat(unknown).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void shouldBeValid(Path sample) throws IOException {
    Map<String, String> config = ConnectorConfigFile.read(sample);
    config.put("connection.validation.timeout.ms", "0");
    config.replaceAll((key, value) -> key.endsWith(".file") ? existing(value) : value);
    // As the worker's ConfigProvider does.
    config.replaceAll((key, value) -> value.startsWith("${") ? "secret" : value);

    assertThat(ValidationErrors.of(config)).isEmpty();
    connector.start(config);
    assertThat(connector.taskConfigs(Integer.parseInt(config.get("tasks.max")))).isNotEmpty();
  }

  /** The files of the samples are an operator's; here they need only be there. */
  private String existing(String file) {
    try {
      return Files.writeString(secrets.resolve(Path.of(file).getFileName()), "").toString();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
