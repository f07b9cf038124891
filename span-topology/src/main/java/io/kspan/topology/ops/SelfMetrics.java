package io.kspan.topology.ops;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.exporter.prometheus.PrometheusMetricReader;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.resources.Resource;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.common.config.ConfigException;

/**
 * The one OpenTelemetry meter of a process: scraped in Prometheus' format, and sent to whatever
 * {@code OTEL_METRICS_EXPORTER} names.
 *
 * <p>Thread-safe.
 */
public final class SelfMetrics implements AutoCloseable {
  private static final String SCOPE = "io.kspan.topology";
  private static final String INSTANCE_ID = "service.instance.id";

  private final PrometheusMetricReader prometheus;
  private final OpenTelemetrySdk sdk;

  private SelfMetrics(PrometheusMetricReader prometheus, OpenTelemetrySdk sdk) {
    this.prometheus = prometheus;
    this.sdk = sdk;
  }

  /**
   * Metrics that nobody has registered yet.
   *
   * @param serviceName unless {@code OTEL_SERVICE_NAME} gives another
   * @param environment for the {@code OTEL_*} variables; without {@code OTEL_METRICS_EXPORTER}
   *     nothing is sent, since the variables of a backend for traces are there as well
   * @throws ConfigException if the variables are wrong
   */
  public static SelfMetrics create(String serviceName, Map<String, String> environment) {
    PrometheusMetricReader reader = PrometheusMetricReader.create();
    Map<String, String> settings = new HashMap<>();
    settings.put("otel.service.name", serviceName);
    settings.put("otel.metrics.exporter", "none");
    environment.forEach(
        (name, value) -> {
          if (name.startsWith("OTEL_")) {
            settings.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value);
          }
        });
    // Those of the traces that the sink exports, not of this program's own.
    settings.put("otel.traces.exporter", "none");
    settings.put("otel.logs.exporter", "none");
    try {
      OpenTelemetrySdk sdk =
          AutoConfiguredOpenTelemetrySdk.builder()
              .disableShutdownHook()
              .setServiceClassLoader(SelfMetrics.class.getClassLoader())
              .addPropertiesCustomizer(ignored -> settings)
              .addResourceCustomizer((resource, ignored) -> identified(resource))
              .addMeterProviderCustomizer(
                  (provider, ignored) -> provider.registerMetricReader(reader))
              .build()
              .getOpenTelemetrySdk();
      return new SelfMetrics(reader, sdk);
    } catch (ConfigurationException e) {
      throw new ConfigException(
          "The metrics cannot be exported: "
              + e.getMessage()
              + ". Correct OTEL_METRICS_EXPORTER (otlp, prometheus, none) and the other OTEL_ variables");
    }
  }

  /** Instances that push to one backend must be told apart. */
  private static Resource identified(Resource resource) {
    return Resource.create(
            Attributes.builder().put(INSTANCE_ID, UUID.randomUUID().toString()).build())
        .merge(resource);
  }

  Meter meter() {
    return sdk.getMeter(SCOPE);
  }

  /** A scrape: what {@code Content-Type} the answer to {@code accept} has, null for any. */
  static String contentType(String accept) {
    return writer(accept).getContentType();
  }

  /** Collects and writes all metrics. */
  void scrape(String accept, OutputStream out) throws IOException {
    writer(accept).write(out, prometheus.collect());
  }

  private static ExpositionFormatWriter writer(String accept) {
    return ExpositionFormats.init().findWriter(accept);
  }

  @Override
  public void close() {
    sdk.close();
  }
}
