package io.kspan.topology.ops;

import io.kspan.topology.export.ExportObserver;
import io.kspan.topology.export.OtlpSink;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;

/** What the sink does, as metrics. Thread-safe. */
public final class SinkMetrics implements ExportObserver {
  private static final double NANOS_PER_SECOND = 1e9;

  private final Instruments instruments;
  private final DoubleHistogram durations;

  /** Takes the time of exports; the rest needs a sink. */
  public SinkMetrics(SelfMetrics metrics) {
    instruments = new Instruments(metrics.meter());
    durations = instruments.histogram(Metrics.EXPORT_DURATION);
  }

  /** From now on the metrics read {@code sink} whenever somebody asks. */
  public void register(OtlpSink sink) {
    instruments.count(Metrics.EXPORT_RECORDS, () -> sink.progress().requests());
    instruments.count(Metrics.EXPORT_SPANS, () -> sink.progress().exported());
    instruments.count(Metrics.EXPORT_REJECTED, () -> sink.progress().rejected());
    instruments.count(Metrics.EXPORT_RETRIES, () -> sink.progress().retries());
    instruments.counts(
        Metrics.EXPORT_DEAD_LETTERS,
        to ->
            sink.condition()
                .deadLetters()
                .forEach(
                    (reason, count) -> to.record(count, Instruments.with(Metrics.REASON, reason))));
    instruments.gauge(Metrics.EXPORT_LAG, () -> sink.condition().lag());
    instruments.gauge(Metrics.EXPORT_BACKLOG, () -> sink.condition().backlogBytes());
    instruments.seconds(
        Metrics.EXPORT_PAUSED, to -> to.record(sink.condition().pausedNanos() / NANOS_PER_SECOND));
  }

  @Override
  public void answered(String errorType, long nanos) {
    durations.record(
        nanos / NANOS_PER_SECOND,
        errorType.isEmpty() ? Attributes.empty() : Instruments.with(Metrics.ERROR_TYPE, errorType));
  }
}
