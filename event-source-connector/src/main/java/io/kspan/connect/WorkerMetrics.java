package io.kspan.connect;

import io.kspan.connect.watch.FeedMetrics.Metric;
import java.util.LinkedHashMap;
import java.util.List;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes metrics through the worker (KIP-877). Workers before Kafka 4.1 do not have the classes
 * that this one refers to, so it is separate from the task, which must load there.
 */
final class WorkerMetrics {
  private static final Logger log = LoggerFactory.getLogger(WorkerMetrics.class);

  private WorkerMetrics() {}

  /** The worker removes them when the task ends. */
  static void publish(SourceTaskContext context, List<Metric> metrics) {
    try {
      PluginMetrics worker = context.pluginMetrics();
      if (worker == null) {
        return;
      }
      for (Metric metric : metrics) {
        Gauge<Long> gauge = (config, now) -> metric.value().getAsLong();
        worker.addMetric(
            worker.metricName(metric.name(), metric.description(), new LinkedHashMap<>()), gauge);
      }
    } catch (NoSuchMethodError | NoClassDefFoundError | AbstractMethodError e) {
      log.info("This worker is older than Kafka 4.1 and publishes no metrics of connectors");
    }
  }
}
