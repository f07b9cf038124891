package io.kspan.connect;

import io.kspan.connect.watch.FeedMetrics.Metric;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.JmxReporter;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.KafkaMetricsContext;
import org.apache.kafka.common.metrics.MetricConfig;
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

  private final JmxReporter own;

  private WorkerMetrics(JmxReporter ownOrNull) {
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

  /** A registry of metrics would register a count of its own, under the name of the worker's. */
  private static JmxReporter inJmx(Map<String, String> tags, List<Metric> metrics) {
    JmxReporter jmx = new JmxReporter();
    jmx.contextChange(new KafkaMetricsContext("kafka.connect"));
    jmx.init(metrics.stream().map(metric -> kafkaMetric(metric, tags)).toList());
    return jmx;
  }

  private static KafkaMetric kafkaMetric(Metric metric, Map<String, String> tags) {
    return new KafkaMetric(
        metric,
        new MetricName(metric.name(), GROUP, metric.description(), tags),
        gauge(metric),
        new MetricConfig(),
        Time.SYSTEM);
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
