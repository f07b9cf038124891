package io.kspan.topology.config;

import io.opentelemetry.sdk.autoconfigure.ResourceConfiguration;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.autoconfigure.spi.internal.DefaultConfigProperties;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigException;

/**
 * Reads {@code OTEL_RESOURCE_ATTRIBUTES} as the OpenTelemetry SDK does: {@code key=value} separated
 * by commas, values percent-encoded.
 */
final class ResourceAttributes {
  private ResourceAttributes() {}

  /**
   * The attributes that {@code value} lists.
   *
   * @throws ConfigException if it is no such list
   */
  static SortedMap<String, String> parse(String key, String value) {
    SortedMap<String, String> attributes = new TreeMap<>();
    try {
      ResourceConfiguration.createEnvironmentResource(
              DefaultConfigProperties.createFromMap(Map.of("otel.resource.attributes", value)))
          .getAttributes()
          .forEach((name, one) -> attributes.put(name.getKey(), one.toString()));
    } catch (ConfigurationException | IllegalArgumentException e) {
      throw new ConfigException(
          key, value, "must be key=value pairs separated by commas: " + e.getMessage());
    }
    return attributes;
  }
}
