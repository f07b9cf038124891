package io.kspan.topology.ops;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.streams.KafkaStreams;

/**
 * The few of Kafka Streams' own metrics that everybody needs; all are there by JMX.
 *
 * <p>Thread-safe; says nothing before the client is there.
 */
public final class StreamsMetrics {
  private static final String CLIENT = "stream-metrics";
  private static final String THREAD = "stream-thread-metrics";
  private static final String TASK = "stream-task-metrics";
  private static final String STATE = "stream-state-metrics";
  private static final String STORE_TAG = "rocksdb-state-id";
  private static final double MILLIS_PER_SECOND = 1000;

  private final Supplier<KafkaStreams> client;

  private StreamsMetrics(Supplier<KafkaStreams> client) {
    this.client = client;
  }

  /**
   * From now on {@code metrics} reads the client's whenever somebody asks.
   *
   * @param client gives null while there is none
   */
  public static void register(SelfMetrics metrics, Supplier<KafkaStreams> client, InputLag lag) {
    new StreamsMetrics(client).register(new Instruments(metrics.meter()), lag);
  }

  private void register(Instruments instruments, InputLag lag) {
    instruments.gauges(
        Metrics.STREAMS_STATE,
        to -> {
          KafkaStreams streams = client.get();
          if (streams != null) {
            to.record(1, Instruments.with(Metrics.STATE, streams.state().name()));
          }
        });
    instruments.gauges(
        Metrics.INPUT_LAG,
        to ->
            lag.ofThisInstance()
                .forEach(
                    (partition, records) ->
                        to.record(
                            records,
                            Instruments.with(
                                Metrics.TOPIC,
                                partition.topic(),
                                Metrics.PARTITION,
                                Integer.toString(partition.partition())))));
    one(instruments, Metrics.THREADS_ALIVE, CLIENT, "alive-stream-threads", 1, Double::sum);
    one(
        instruments,
        Metrics.COMMIT_LATENCY,
        THREAD,
        "commit-latency-max",
        MILLIS_PER_SECOND,
        Math::max);
    one(
        instruments,
        Metrics.PUNCTUATE_LATENCY,
        THREAD,
        "punctuate-latency-max",
        MILLIS_PER_SECOND,
        Math::max);
    one(
        instruments,
        Metrics.RESTORE_REMAINING,
        TASK,
        "restore-remaining-records-total",
        1,
        Double::sum);
    byStore(instruments, Metrics.STATE_BYTES, "total-sst-files-size");
    byStore(instruments, Metrics.STATE_KEYS, "estimate-num-keys");
  }

  private void one(
      Instruments instruments,
      Metric metric,
      String group,
      String name,
      double divisor,
      BinaryOperator<Double> together) {
    instruments.gauges(
        metric,
        to ->
            values(group, name, "", together)
                .forEach((ignored, value) -> to.record(value / divisor)));
  }

  private void byStore(Instruments instruments, Metric metric, String name) {
    instruments.gauges(
        metric,
        to ->
            values(STATE, name, STORE_TAG, Double::sum)
                .forEach(
                    (store, value) -> to.record(value, Instruments.with(Metrics.STORE, store))));
  }

  /** A metric of all stores, the sum over the tasks of each. */
  static Map<String, Double> byStore(
      Map<MetricName, ? extends org.apache.kafka.common.Metric> metrics, String name) {
    return values(metrics, STATE, name, STORE_TAG, Double::sum);
  }

  private Map<String, Double> values(
      String group, String name, String tag, BinaryOperator<Double> together) {
    KafkaStreams streams = client.get();
    return streams == null ? Map.of() : values(streams.metrics(), group, name, tag, together);
  }

  /** All metrics of that name, taken together by the value of a tag. */
  private static Map<String, Double> values(
      Map<MetricName, ? extends org.apache.kafka.common.Metric> metrics,
      String group,
      String name,
      String tag,
      BinaryOperator<Double> together) {
    Map<String, Double> values = new HashMap<>();
    metrics.forEach(
        (key, metric) -> {
          if (is(key, group, name) && metric.metricValue() instanceof Number number) {
            // Negative and NaN stand for "nothing to say".
            double value = number.doubleValue() > 0 ? number.doubleValue() : 0;
            values.merge(key.tags().getOrDefault(tag, ""), value, together);
          }
        });
    return values;
  }

  private static boolean is(MetricName key, String group, String name) {
    return key.group().equals(group) && key.name().equals(name);
  }
}
