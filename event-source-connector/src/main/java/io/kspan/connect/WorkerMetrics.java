package io.kspan.connect;

import io.kspan.connect.watch.FeedMetrics.Metric;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.JmxReporter;
import org.apache.kafka.common.metrics.KafkaMetricsContext;
import org.apache.kafka.common.metrics.MetricConfig;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.connect.source.SourceTaskContext;

/**
 * The metrics of a task, in JMX as {@code
 * kafka.connect:type=plugins,connector=CONNECTOR,task=TASK}. A worker from Kafka 4.1 on publishes
 * them (KIP-877) with its own reporters too. An older worker has no interface for it, so the task
 * registers the same names in JMX itself.
 *
 * <p>Used by the thread that starts and stops the task.
 */
final class WorkerMetrics implements AutoCloseable {
  private static final String GROUP = "plugins";

  private final Metrics own;

  private WorkerMetrics(Metrics ownOrNull) {
    this.own = ownOrNull;
  }

  /**
   * Publishes gauges until the task ends.
   *
   * @param tags name the task in JMX on a worker without the interface
   */
  static WorkerMetrics publish(
      SourceTaskContext context, Map<String, String> tags, List<Metric> metrics) {
    try {
      PluginMetrics worker = context.pluginMetrics();
      if (worker != null) {
        for (Metric metric : metrics) {
          worker.addMetric(
              worker.metricName(metric.name(), metric.description(), new LinkedHashMap<>()),
              gauge(metric));
        }
      }
      return new WorkerMetrics(null);
    } catch (NoSuchMethodError | NoClassDefFoundError | AbstractMethodError e) {
      return new WorkerMetrics(inJmx(tags, metrics));
    }
  }

  private static Metrics inJmx(Map<String, String> tags, List<Metric> metrics) {
    Metrics jmx =
        new Metrics(
            new MetricConfig(),
            List.of(new JmxReporter()),
            Time.SYSTEM,
            new KafkaMetricsContext("kafka.connect"));
    for (Metric metric : metrics) {
      MetricName name = jmx.metricName(metric.name(), GROUP, metric.description(), tags);
      jmx.addMetric(name, gauge(metric));
    }
    return jmx;
  }

  private static Gauge<Long> gauge(Metric metric) {
    return (config, now) -> metric.value().getAsLong();
  }

  /** Removes what the worker does not remove itself. */
  @Override
  public void close() {
    if (own != null) {
      own.close();
    }
  }
}
