package io.kspan.connect;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.config.ConfigException;

/**
 * Reads the configuration of a connector from the file in which an operator keeps it: properties
 * for a standalone worker, JSON for the REST interface, or a Strimzi KafkaConnector in YAML.
 */
final class ConnectorConfigFile {
  private ConnectorConfigFile() {}

  /** Throws {@link ConfigException} when there is no configuration of a connector in the file. */
  static Map<String, String> read(Path file) throws IOException {
    String text = Files.readString(file);
    Map<String, String> config =
        file.toString().endsWith(".properties") ? properties(text) : tree(file, text);
    if (config.isEmpty()) {
      throw new ConfigException(file + " holds no connector configuration");
    }
    return config;
  }

  private static Map<String, String> properties(String text) throws IOException {
    Properties properties = new Properties();
    properties.load(new StringReader(text));
    Map<String, String> config = new HashMap<>();
    properties.stringPropertyNames().forEach(key -> config.put(key, properties.getProperty(key)));
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
    for (String[] beside :
        new String[][] {{"class", "connector.class"}, {"tasksMax", "tasks.max"}}) {
      if (root.path("spec").has(beside[0])) {
        config.put(beside[1], root.path("spec").path(beside[0]).asText());
      }
    }
    return config;
  }

  /** JSON is YAML, too. */
  private static JsonNode parse(Path file, String text) {
    try {
      return new KubernetesSerialization().unmarshal(text, JsonNode.class);
    } catch (KubernetesClientException | IllegalArgumentException e) {
      throw new ConfigException(file + " is neither JSON nor YAML: " + e.getMessage());
    }
  }
}
