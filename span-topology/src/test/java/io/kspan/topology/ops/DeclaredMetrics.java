package io.kspan.topology.ops;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import java.util.Map;

/** The declared metrics as the exporter shows them. */
final class DeclaredMetrics {
  private DeclaredMetrics() {}

  /** The name that Prometheus' users see, as the exporter makes it. */
  static String prometheusName(Metric metric) {
    try (SelfMetrics metrics = SelfMetrics.create("test", Map.of())) {
      Instruments instruments = new Instruments(metrics.meter());
      AttributesBuilder attributes = Attributes.builder();
      metric.attributes().forEach(key -> attributes.put(AttributeKey.stringKey(key), "x"));
      switch (metric.type()) {
        case COUNTER -> instruments.counts(metric, to -> to.record(1, attributes.build()));
        case GAUGE -> instruments.gauges(metric, to -> to.record(1, attributes.build()));
        default -> instruments.histogram(metric).record(1, attributes.build());
      }
      return Scrape.of(metrics).types().keySet().iterator().next();
    }
  }

  static String label(String attribute) {
    return attribute.replace('.', '_');
  }
}
