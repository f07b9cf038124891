package io.kspan.topology.export;

import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.autoconfigure.spi.internal.DefaultConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.traces.ConfigurableSpanExporterProvider;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.kafka.common.config.ConfigException;

/**
 * Builds the OTLP exporter from the standard {@code OTEL_EXPORTER_OTLP_*} variables, by the SDK's
 * own rules: nothing is parsed here, so that every variable means what it means everywhere else.
 */
final class ExporterFactory {
  private static final String OTLP = "otlp";
  private static final String GRPC = "grpc";

  /**
   * The exporter complains about every failure through java.util.logging; the sink reports the same
   * failures once, with the retry. Held here because an unreferenced logger loses its level.
   */
  private static final Logger EXPORTER_LOGGER = Logger.getLogger("io.opentelemetry.exporter.otlp");

  private ExporterFactory() {}

  /**
   * Overrides win over {@code otel.*} system properties, these over the environment.
   *
   * @param components what the exporter finds its senders with
   * @throws ConfigException naming what is wrong with the settings
   */
  static SpanExporter create(
      Map<String, String> overrides, Map<String, String> environment, ComponentLoader components) {
    ConfigProperties settings =
        DefaultConfigProperties.create(settings(overrides, environment), components);
    EXPORTER_LOGGER.setLevel(Level.OFF);
    try {
      return provider().createExporter(settings);
    } catch (ConfigurationException | IllegalArgumentException | IllegalStateException e) {
      throw new ConfigException(
          "The OTLP exporter cannot be built: "
              + e.getMessage()
              + ". Correct the OTEL_EXPORTER_OTLP_* variables (endpoint "
              + endpoint(settings)
              + ")");
    }
  }

  /** Where the exporter sends to, for messages. */
  static String endpoint(Map<String, String> overrides, Map<String, String> environment) {
    return endpoint(DefaultConfigProperties.createFromMap(settings(overrides, environment)));
  }

  /** How the exporter talks to it, for messages. */
  static String protocol(Map<String, String> overrides, Map<String, String> environment) {
    return protocol(DefaultConfigProperties.createFromMap(settings(overrides, environment)));
  }

  private static String protocol(ConfigProperties settings) {
    String general = settings.getString("otel.exporter.otlp.protocol", GRPC);
    return settings.getString("otel.exporter.otlp.traces.protocol", general);
  }

  private static String endpoint(ConfigProperties settings) {
    String fallback =
        protocol(settings).equals(GRPC) ? "http://localhost:4317" : "http://localhost:4318";
    String general = settings.getString("otel.exporter.otlp.endpoint", fallback);
    return settings.getString("otel.exporter.otlp.traces.endpoint", general);
  }

  private static ConfigurableSpanExporterProvider provider() {
    for (ConfigurableSpanExporterProvider provider :
        ServiceLoader.load(
            ConfigurableSpanExporterProvider.class, ExporterFactory.class.getClassLoader())) {
      if (provider.getName().equals(OTLP)) {
        return provider;
      }
    }
    throw new IllegalStateException("opentelemetry-exporter-otlp is not on the classpath");
  }

  private static Map<String, String> settings(
      Map<String, String> overrides, Map<String, String> environment) {
    Map<String, String> settings = new HashMap<>();
    // The sink repeats by itself, and for longer: a failure is seen at once, and closing need not
    // wait for hidden attempts. Whoever sets the variable gets the exporter's own attempts as well,
    // the only ones that can honour Retry-After: the exporter keeps that header to itself.
    settings.put("otel.java.exporter.otlp.retry.disabled", "true");
    environment.forEach(
        (name, value) -> {
          if (name.startsWith("OTEL_")) {
            settings.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value);
          }
        });
    System.getProperties()
        .forEach(
            (key, value) -> {
              if (key instanceof String name && name.startsWith(SinkConfig.OTEL_PREFIX)) {
                settings.put(name, value.toString());
              }
            });
    settings.putAll(overrides);
    return settings;
  }
}
