package io.kspan.topology.cli;

import io.kspan.topology.config.SettingValues;
import io.kspan.topology.config.TopologyConfig;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.config.ConfigException;
import picocli.CommandLine.Option;

/**
 * The settings of a command: a properties file, over it the environment, over it the options.
 *
 * <p>Key {@code trace.settle.ms} is {@code KSPAN_TRACE_SETTLE_MS} in the environment; a key with
 * its own capitals or hyphens cannot be given there. {@code OTEL_RESOURCE_ATTRIBUTES} counts, too.
 * The options of {@code doctor} ({@link OptionsInEnvironment}) do not: all commands may have one
 * environment.
 */
final class Settings {
  private static final String RESOURCE_ATTRIBUTES = "OTEL_RESOURCE_ATTRIBUTES";
  private static final String DOCTOR_PREFIX = OptionsInEnvironment.prefix(DoctorCommand.NAME);

  @Option(names = "--config", paramLabel = "FILE", description = "Properties file with settings.")
  private Path file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "One setting; wins over file and environment. Repeatable.")
  private Map<String, String> options = new LinkedHashMap<>();

  /** The merged settings; a {@link ConfigException} says if the file cannot be read. */
  Map<String, String> merge(Map<String, String> environment) {
    Map<String, String> merged = new LinkedHashMap<>();
    if (file != null) {
      Properties properties = read(file);
      properties.stringPropertyNames().forEach(k -> merged.put(k, properties.getProperty(k)));
    }
    String resourceAttributes = environment.get(RESOURCE_ATTRIBUTES);
    if (resourceAttributes != null) {
      merged.put(TopologyConfig.RESOURCE_ATTRIBUTES_CONFIG, resourceAttributes);
    }
    environment.forEach(
        (name, value) -> {
          if (name.startsWith(SettingValues.ENVIRONMENT_PREFIX)
              && !name.startsWith(DOCTOR_PREFIX)) {
            merged.put(SettingValues.keyOf(name), value);
          }
        });
    merged.putAll(options);
    return merged;
  }

  private static Properties read(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
      return properties;
    } catch (IOException e) {
      throw new ConfigException(
          "Cannot read the settings file " + file + ": " + e + "; check --config");
    }
  }
}
