package io.kspan.topology.ops;

import io.kspan.topology.metrics.Metric;
import io.kspan.topology.metrics.Metrics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.streams.KafkaStreams;

/**
 * The metrics of Kafka Streams that are exported with those of the application; JMX has all.
 * Thread-safe.
 */
public final class StreamsMetrics {
  private static final String CLIENT = "stream-metrics";
  private static final String THREAD = "stream-thread-metrics";
  private static final String TASK = "stream-task-metrics";
  private static final String STATE = "stream-state-metrics";
  private static final String STORE_TAG = "rocksdb-state-id";
  private static final double MILLIS_PER_SECOND = 1000;

  private static final List<Source> SOURCES =
      List.of(
          Source.sum(Metric.STREAMS_ALIVE_THREADS, CLIENT, "alive-stream-threads", ""),
          Source.max(Metric.STREAMS_MAX_COMMIT_LATENCY, "commit-latency-max"),
          Source.max(Metric.STREAMS_MAX_PUNCTUATE_LATENCY, "punctuate-latency-max"),
          Source.sum(Metric.STREAMS_RESTORE_REMAINING, TASK, "restore-remaining-records-total", ""),
          Source.sum(Metric.STREAMS_STORE_SIZE, STATE, "total-sst-files-size", STORE_TAG),
          Source.sum(Metric.STREAMS_STORE_KEYS, STATE, "estimate-num-keys", STORE_TAG));

  /** Where a metric comes from; values are taken together by {@code tag}, or all if it is empty. */
  private record Source(
      Metric metric,
      String group,
      String name,
      String tag,
      double divisor,
      BinaryOperator<Double> together) {
    static Source sum(Metric metric, String group, String name, String tag) {
      return new Source(metric, group, name, tag, 1, Double::sum);
    }

    static Source max(Metric metric, String name) {
      return new Source(metric, THREAD, name, "", MILLIS_PER_SECOND, Math::max);
    }

    Map<String, Double> read(Map<MetricName, ? extends org.apache.kafka.common.Metric> metrics) {
      Map<String, Double> values = new HashMap<>();
      metrics.forEach(
          (key, metric) -> {
            if (key.group().equals(group)
                && key.name().equals(name)
                && metric.metricValue() instanceof Number number) {
              // Negative and NaN mean that there is no value.
              double value = number.doubleValue() > 0 ? number.doubleValue() : 0;
              values.merge(key.tags().getOrDefault(tag, ""), value / divisor, together);
            }
          });
      return values;
    }
  }

  private StreamsMetrics() {}

  /** Reads both, null before they exist, whenever {@code metrics} are exported. */
  public static void observe(
      Metrics metrics, Supplier<KafkaStreams> client, Supplier<InputEnds> inputEnds) {
    metrics.observe(
        Metric.STREAMS_CLIENT_STATE,
        to -> {
          KafkaStreams streams = client.get();
          if (streams != null) {
            to.record(1, streams.state().name());
          }
        });
    metrics.observe(
        Metric.INPUT_LAG,
        to -> {
          KafkaStreams streams = client.get();
          InputEnds ends = inputEnds.get();
          if (streams != null && ends != null) {
            ends.lagsOf(streams)
                .forEach((p, n) -> to.record(n, p.topic(), Integer.toString(p.partition())));
          }
        });
    for (Source source : SOURCES) {
      metrics.observe(
          source.metric(),
          to -> {
            KafkaStreams streams = client.get();
            if (streams != null) {
              source.read(streams.metrics()).forEach((tag, value) -> to.record(value, tag));
            }
          });
    }
  }

  /** A metric of all stores, the sum over the tasks of each. */
  static Map<String, Double> byStore(
      Map<MetricName, ? extends org.apache.kafka.common.Metric> metrics, String name) {
    return new Source(null, STATE, name, STORE_TAG, 1, Double::sum).read(metrics);
  }
}
