package io.kspan.topology.history;

import io.kspan.topology.config.TopologyConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The state directory of one replay, deleted when it is closed: below {@code kafka.state.dir} if
 * that is set, else where the system keeps temporary files.
 */
final class TemporaryState implements AutoCloseable {
  private final TopologyConfig config;
  private final Path folder;

  private TemporaryState(TopologyConfig config, Path folder) {
    this.config = config;
    this.folder = folder;
  }

  /**
   * Makes it.
   *
   * @throws ConfigException if it cannot be made
   */
  static TemporaryState of(TopologyConfig config) {
    Object base = config.kafkaSettings().get(StreamsConfig.STATE_DIR_CONFIG);
    try {
      Path folder =
          base == null
              ? Files.createTempDirectory(config.applicationId())
              : Files.createTempDirectory(
                  Files.createDirectories(Path.of(base.toString())), config.applicationId());
      return new TemporaryState(config, folder);
    } catch (IOException e) {
      throw new ConfigException(
          "The state directory cannot be made (" + e + "); set kafka.state.dir");
    }
  }

  /** The settings, with this as state directory. */
  TopologyConfig config() {
    Map<String, String> properties = new HashMap<>(config.originalsStrings());
    properties.put(TopologyConfig.KAFKA_PREFIX + StreamsConfig.STATE_DIR_CONFIG, folder.toString());
    return new TopologyConfig(properties, config.topics());
  }

  @Override
  public void close() {
    try {
      Utils.delete(folder.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + folder, e);
    }
  }
}
