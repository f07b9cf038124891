package io.kspan.topology.ops;

import io.opentelemetry.api.metrics.ObservableDoubleMeasurement;
import java.time.InstantSource;

/** What the topology counts, as metrics. */
public final class TopologyMetrics {
  private static final String RESOLVE = "resolve";
  private static final String GATHER = "gather";

  private final TopologyCounters counters;
  private final InstantSource clock;

  private TopologyMetrics(TopologyCounters counters, InstantSource clock) {
    this.counters = counters;
    this.clock = clock;
  }

  /** From now on {@code metrics} reads {@code counters} whenever somebody asks. */
  public static void register(SelfMetrics metrics, TopologyCounters counters, InstantSource clock) {
    new TopologyMetrics(counters, clock).register(new Instruments(metrics.meter()));
  }

  private void register(Instruments instruments) {
    counts(instruments);
    timers(instruments);
    tasks(instruments);
  }

  private void counts(Instruments instruments) {
    instruments.count(Metrics.EVENTS, counters.events()::sum);
    instruments.count(Metrics.OBJECTS, counters.objects()::sum);
    instruments.count(Metrics.DUPLICATES, counters.duplicates()::sum);
    instruments.count(Metrics.FILTERED, counters.filtered()::sum);
    instruments.count(Metrics.OBJECTS_MISSING, counters.missed()::sum);
    instruments.count(Metrics.LATE, counters.late()::sum);
    instruments.count(Metrics.OWNERS_INFERRED, counters.inferred()::sum);
    instruments.count(Metrics.TRACES_UNSAMPLED, counters.unsampled()::sum);
    instruments.count(Metrics.SPANS, counters.spansOut()::sum);
    instruments.count(Metrics.ROOTS_FAILED, counters.failedRoots()::sum);
    instruments.count(Metrics.EVENTS_DROPPED, counters.dropped()::sum);
    instruments.count(Metrics.RULES_ABANDONED, counters.abandonedRules()::sum);
    byValue(instruments, Metrics.DEAD_LETTERS, Metrics.REASON, counters.deadLetters());
    byValue(instruments, Metrics.ORPHANS_TIMED_OUT, Metrics.KIND, counters.timedOut());
    instruments.counts(
        Metrics.TRACES_FINISHED,
        to ->
            counters
                .finished()
                .sums()
                .forEach(
                    (why, count) ->
                        to.record(
                            count,
                            Instruments.with(
                                Metrics.FINISHED_BY, why.by(), Metrics.OUTCOME, why.outcome()))));
  }

  private void timers(Instruments instruments) {
    instruments.counts(
        Metrics.PUNCTUATIONS,
        to -> {
          to.record(counters.resolveTimer().calls(), Instruments.with(Metrics.STAGE, RESOLVE));
          to.record(counters.gatherTimer().calls(), Instruments.with(Metrics.STAGE, GATHER));
        });
    instruments.seconds(
        Metrics.PUNCTUATION_TIME,
        to -> {
          to.record(counters.resolveTimer().seconds(), Instruments.with(Metrics.STAGE, RESOLVE));
          to.record(counters.gatherTimer().seconds(), Instruments.with(Metrics.STAGE, GATHER));
        });
  }

  private void tasks(Instruments instruments) {
    instruments.gauges(Metrics.WATERMARK_LAG, this::lags);
    instruments.gauges(
        Metrics.WATERMARK_HELD,
        to ->
            counters
                .tasks()
                .resolve()
                .forEach(
                    (partition, task) ->
                        to.record(
                            task.heldMillis() / 1000.0,
                            Instruments.with(Metrics.PARTITION, partition.toString()))));
    instruments.gauges(
        Metrics.ORPHANS_HELD,
        to ->
            counters
                .tasks()
                .orphans()
                .forEach((kind, count) -> to.record(count, Instruments.with(Metrics.KIND, kind))));
    instruments.gauge(
        Metrics.TRACES_OPEN,
        () ->
            counters.tasks().gather().values().stream()
                .mapToLong(TaskGauges.Gather::openRoots)
                .sum());
  }

  private void lags(ObservableDoubleMeasurement to) {
    counters
        .tasks()
        .resolve()
        .forEach((partition, task) -> lag(to, RESOLVE, partition, task.watermark()));
    counters
        .tasks()
        .gather()
        .forEach((partition, task) -> lag(to, GATHER, partition, task.watermark()));
  }

  private void lag(
      ObservableDoubleMeasurement to, String stage, int partition, TaskGauges.Watermark at) {
    if (!at.isEnded()) {
      to.record(
          at.lagSeconds(clock.millis()),
          Instruments.with(Metrics.STAGE, stage, Metrics.PARTITION, Integer.toString(partition)));
    }
  }

  private static void byValue(
      Instruments instruments, Metric metric, String key, CountBy<String> counters) {
    instruments.counts(
        metric,
        to ->
            counters
                .sums()
                .forEach((value, count) -> to.record(count, Instruments.with(key, value))));
  }
}
