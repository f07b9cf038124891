package io.kspan.connect;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.utils.Utils;

/**
 * Reads the configuration of a connector from a file: properties for a standalone worker, JSON for
 * the REST interface, or a Strimzi KafkaConnector in YAML.
 */
final class ConnectorConfigFile {
  private ConnectorConfigFile() {}

  /** Throws {@link ConfigException} for a file without the configuration of a connector. */
  static Map<String, String> read(Path file) throws IOException {
    Map<String, String> config =
        file.toString().endsWith(".properties")
            ? Utils.propsToStringMap(Utils.loadProps(file.toString()))
            : tree(file, Files.readString(file));
    if (config.isEmpty()) {
      throw new ConfigException(file + " holds no connector configuration");
    }
    return config;
  }

  private static Map<String, String> tree(Path file, String text) {
    JsonNode root = parse(file, text);
    JsonNode keys = root.path("spec").path("config");
    String name = root.path("metadata").path("name").asText();
    if (keys.isMissingNode()) {
      keys = root.has("config") ? root.path("config") : root;
      name = root.path("name").asText();
    }
    Map<String, String> config = new HashMap<>();
    keys.properties().forEach(one -> config.put(one.getKey(), one.getValue().asText()));
    if (!name.isEmpty()) {
      config.put("name", name);
    }
    // Strimzi keeps both beside the keys.
    putIfPresent(config, "connector.class", root.path("spec").path("class"));
    putIfPresent(config, "tasks.max", root.path("spec").path("tasksMax"));
    return config;
  }

  private static void putIfPresent(Map<String, String> config, String key, JsonNode value) {
    if (!value.isMissingNode()) {
      config.put(key, value.asText());
    }
  }

  /** A YAML parser reads JSON, too. */
  private static JsonNode parse(Path file, String text) {
    try {
      return new KubernetesSerialization().unmarshal(text, JsonNode.class);
    } catch (KubernetesClientException | IllegalArgumentException e) {
      throw new ConfigException(file + " is neither JSON nor YAML: " + e.getMessage());
    }
  }
}
