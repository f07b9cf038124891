package io.kspan.topology.export;

import io.kspan.topology.changes.FinishedChange;
import io.kspan.topology.errors.BadInputException;
import io.kspan.topology.metrics.Metric;
import io.kspan.topology.metrics.Metrics;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts and measures the changes of the changes topic. Confined to the sink's thread. */
final class ChangeMetrics {
  private static final Logger log = LoggerFactory.getLogger(ChangeMetrics.class);
  private static final double MILLIS_PER_SECOND = 1e3;

  private final Metrics metrics;
  private final DeadLetterWriter deadLetters;
  private final boolean namesWorkload;

  /**
   * @param namesWorkload whether durations are also by the name of the root
   */
  ChangeMetrics(Metrics metrics, DeadLetterWriter deadLetters, boolean namesWorkload) {
    this.metrics = metrics;
    this.deadLetters = deadLetters;
    this.namesWorkload = namesWorkload;
  }

  /** Whether {@code record} is done; else it has to be given again. */
  boolean accept(ConsumerRecord<byte[], byte[]> record) {
    // Someone has deleted the change.
    if (record.value() == null) {
      return true;
    }
    try {
      FinishedChange.read(record.value()).ifPresent(this::measure);
      return true;
    } catch (BadInputException e) {
      return putAside(record, new Refusal(Refusal.UNREADABLE, e.getMessage()));
    }
  }

  private boolean putAside(ConsumerRecord<byte[], byte[]> record, Refusal refusal) {
    try {
      deadLetters.write(record, refusal);
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      log.warn("A change that cannot be read could not be put aside; it is tried again", e);
      return false;
    }
    return true;
  }

  private void measure(FinishedChange change) {
    metrics.count(Metric.CHANGE_OUTCOMES, change.outcome());
    // The current span becomes the exemplar, if its trace was written.
    Context.root().with(Span.wrap(change.trace())).wrap(() -> recordTimes(change)).run();
  }

  private void recordTimes(FinishedChange change) {
    metrics.record(
        Metric.CHANGE_DURATION,
        seconds(change.duration()),
        change.cluster(),
        change.namespace(),
        change.kind(),
        change.outcome(),
        namesWorkload ? change.name() : "");
    change.toRecover().ifPresent(time -> record(Metric.CHANGE_RECOVERY_TIME, time, change));
    change.leadTime().ifPresent(time -> record(Metric.CHANGE_LEAD_TIME, time, change));
  }

  private void record(Metric histogram, Duration time, FinishedChange change) {
    metrics.record(histogram, seconds(time), change.cluster(), change.namespace(), change.kind());
  }

  private static double seconds(Duration time) {
    return time.toMillis() / MILLIS_PER_SECOND;
  }
}
