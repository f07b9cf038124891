package io.kspan.topology.history;

import io.kspan.topology.SpanTopology;
import io.kspan.topology.config.StreamsDefaults;
import io.kspan.topology.config.TopologyConfig;
import io.kspan.topology.metrics.Metrics;
import io.kspan.topology.ops.StoreErrors;
import io.kspan.topology.resolve.IdlePartitions;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;

/**
 * The topology over an extract: the one and only member of its group.
 *
 * <p>Thread-safe.
 */
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
      IdlePartitions ends,
      Metrics counters,
      SpanTopology.Excerpt excerpt) {
    this.partitions = partitions;
    this.counters = counters;
    StreamsConfig settings = new StreamsConfig(StreamsDefaults.of(config));
    this.streams =
        new KafkaStreams(
            new SpanTopology(config, partitions, ends, counters, excerpt).get(), settings);
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
   * Whether everything has been read and every trace is finished.
   *
   * @throws IllegalStateException if the topology died
   */
  boolean isDone() {
    storeErrors.look().ifPresent(found -> failure.compareAndSet(null, found));
    Throwable thrown = failure.get();
    if (thrown != null) {
      throw new IllegalStateException("the topology failed: " + thrown.getMessage(), thrown);
    }
    return counters.drained().size() == partitions;
  }

  /** Commits what was done and leaves the group. */
  @Override
  public void close() {
    streams.close(
        CloseOptions.timeout(CLOSE_TIMEOUT)
            .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
  }
}
