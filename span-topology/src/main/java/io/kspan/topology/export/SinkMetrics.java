package io.kspan.topology.export;

import io.kspan.topology.metrics.Metric;
import io.kspan.topology.metrics.Metrics;
import java.util.concurrent.TimeUnit;

/** Shows the state of a sink in its metrics. Thread-safe. */
public final class SinkMetrics implements ExportObserver {
  private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Metrics metrics;

  /** Records the durations of requests; {@link #observe} adds the rest. */
  public SinkMetrics(Metrics metrics) {
    this.metrics = metrics;
  }

  /** Reads {@code sink} whenever the metrics are exported. */
  public void observe(OtlpSink sink) {
    metrics.observe(Metric.SINK_RECORDS, to -> to.record(sink.statistics().records()));
    metrics.observe(Metric.SINK_SPANS, to -> to.record(sink.statistics().exported()));
    metrics.observe(Metric.SINK_REJECTED_SPANS, to -> to.record(sink.statistics().rejected()));
    metrics.observe(Metric.SINK_RETRIES, to -> to.record(sink.statistics().retries()));
    metrics.observe(
        Metric.SINK_DEAD_LETTERS,
        to -> sink.statistics().deadLetters().forEach((reason, n) -> to.record(n, reason)));
    metrics.observe(Metric.SINK_LAG, to -> to.record(sink.statistics().lag()));
    metrics.observe(Metric.SINK_PENDING, to -> to.record(sink.statistics().pendingBytes()));
    metrics.observe(
        Metric.SINK_PAUSED_TIME,
        to -> to.record(sink.statistics().pausedNanos() / NANOS_PER_SECOND));
  }

  @Override
  public void answered(String errorType, long nanos) {
    metrics.record(Metric.SINK_REQUEST_DURATION, nanos / NANOS_PER_SECOND, errorType);
  }
}
