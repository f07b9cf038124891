package io.kspan.topology.history;

import io.kspan.topology.application.SpanTopology;
import io.kspan.topology.config.StreamsDefaults;
import io.kspan.topology.config.TopologyConfig;
import io.kspan.topology.metrics.Metrics;
import io.kspan.topology.ops.StoreErrors;
import io.kspan.topology.time.IdlePartitions;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;

/** The topology of a replay, the only member of its group. Thread-safe. */
final class ReplayTopology implements AutoCloseable {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(8);

  private final int partitions;
  private final Metrics counters;
  private final KafkaStreams streams;
  private final StoreErrors storeErrors;
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  ReplayTopology(
      TopologyConfig config,
      int partitions,
      IdlePartitions idle,
      Metrics counters,
      SpanTopology.ReplayView view) {
    this.partitions = partitions;
    this.counters = counters;
    StreamsConfig settings = new StreamsConfig(StreamsDefaults.of(config));
    this.streams =
        new KafkaStreams(
            new SpanTopology(config, partitions, idle, counters, view).get(), settings);
    this.storeErrors = StoreErrors.of(streams, settings);
    streams.setUncaughtExceptionHandler(
        thrown -> {
          failure.compareAndSet(null, thrown);
          return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
  }

  void start() {
    streams.start();
  }

  /**
   * Whether all records are read and all traces are finished.
   *
   * @throws IllegalStateException if the topology failed
   */
  boolean isDone() {
    storeErrors.check().ifPresent(error -> failure.compareAndSet(null, error));
    Throwable thrown = failure.get();
    if (thrown != null) {
      throw new IllegalStateException("the topology failed: " + thrown.getMessage(), thrown);
    }
    return counters.drained().size() == partitions;
  }

  /** Commits the work done so far and leaves the group. */
  @Override
  public void close() {
    streams.close(
        CloseOptions.timeout(CLOSE_TIMEOUT)
            .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
  }
}
