package io.kspan.topology.metrics;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounterBuilder;
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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.common.config.ConfigException;

/**
 * Exports the metrics of a process through OpenTelemetry: in Prometheus' format when they are
 * scraped, and to what {@code OTEL_METRICS_EXPORTER} names. Thread-safe.
 */
public final class MetricsExporter implements AutoCloseable {
  private static final String SCOPE = "io.kspan.topology";
  private static final String INSTANCE_ID = "service.instance.id";

  private final PrometheusMetricReader prometheus;
  private final OpenTelemetrySdk sdk;

  private MetricsExporter(PrometheusMetricReader prometheus, OpenTelemetrySdk sdk) {
    this.prometheus = prometheus;
    this.sdk = sdk;
  }

  /**
   * Exports nothing yet. {@code OTEL_SERVICE_NAME} wins over {@code serviceName}; without {@code
   * OTEL_METRICS_EXPORTER} nothing is sent, since the variables of a backend for traces are in the
   * environment as well. A {@link ConfigException} says what is wrong.
   */
  public static MetricsExporter create(String serviceName, Map<String, String> environment) {
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
              .setServiceClassLoader(MetricsExporter.class.getClassLoader())
              .addPropertiesCustomizer(ignored -> settings)
              .addResourceCustomizer((resource, ignored) -> identified(resource))
              .addMeterProviderCustomizer(
                  (provider, ignored) -> provider.registerMetricReader(reader))
              .build()
              .getOpenTelemetrySdk();
      return new MetricsExporter(reader, sdk);
    } catch (ConfigurationException e) {
      throw new ConfigException(
          "The metrics cannot be exported: "
              + e.getMessage()
              + ". Correct OTEL_METRICS_EXPORTER (otlp, prometheus, none) and the other OTEL_ variables");
    }
  }

  /** Instances that push to one backend must have different ids. */
  private static Resource identified(Resource resource) {
    return Resource.create(
            Attributes.builder().put(INSTANCE_ID, UUID.randomUUID().toString()).build())
        .merge(resource);
  }

  /** Exports these metrics of {@code source} from now on. */
  public void export(Metrics source, List<Metric> metrics) {
    Meter meter = sdk.getMeter(SCOPE);
    metrics.forEach(metric -> export(meter, source, metric));
  }

  private static void export(Meter meter, Metrics source, Metric metric) {
    switch (metric.type()) {
      case GAUGE ->
          meter
              .gaugeBuilder(metric.id())
              .setUnit(metric.unit())
              .setDescription(metric.description())
              .buildWithCallback(to -> source.read(metric, recorder(metric, to::record)));
      case HISTOGRAM -> {
        DoubleHistogram histogram =
            meter
                .histogramBuilder(metric.id())
                .setUnit(metric.unit())
                .setDescription(metric.description())
                .setExplicitBucketBoundariesAdvice(metric.buckets())
                .build();
        source.exportTo(metric, recorder(metric, histogram::record));
      }
      default -> counter(meter, source, metric);
    }
  }

  private static void counter(Meter meter, Metrics source, Metric metric) {
    LongCounterBuilder counter =
        meter
            .counterBuilder(metric.id())
            .setUnit(metric.unit())
            .setDescription(metric.description());
    if (metric.isDuration()) {
      counter
          .ofDoubles()
          .buildWithCallback(to -> source.read(metric, recorder(metric, to::record)));
    } else {
      counter.buildWithCallback(
          to ->
              source.read(
                  metric,
                  recorder(metric, (value, attributes) -> to.record((long) value, attributes))));
    }
  }

  private static Metrics.Recorder recorder(Metric metric, Measurement to) {
    return (value, labels) -> {
      AttributesBuilder attributes = Attributes.builder();
      for (int i = 0; i < labels.length; i++) {
        if (!labels[i].isEmpty()) {
          attributes.put(metric.labels().get(i), labels[i]);
        }
      }
      to.accept(value, attributes.build());
    };
  }

  private interface Measurement {
    void accept(double value, Attributes attributes);
  }

  /** The content type of a scrape; {@code accept} is null for any. */
  public static String contentType(String accept) {
    return writer(accept).getContentType();
  }

  /** Writes a scrape of all metrics. */
  public void scrape(String accept, OutputStream out) throws IOException {
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
