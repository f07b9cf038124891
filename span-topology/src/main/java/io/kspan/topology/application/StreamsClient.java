package io.kspan.topology.application;

import io.kspan.topology.ops.StoreErrors;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;

/**
 * A Kafka Streams client that stops at the first failure: no record causes what reaches its
 * handler, so the supervisor of the process has to start a new one. Thread-safe.
 */
public final class StreamsClient implements AutoCloseable {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(8);

  private final KafkaStreams streams;
  private final StoreErrors storeErrors;
  private final AtomicReference<RuntimeException> failure = new AtomicReference<>();

  /** Runs {@code topology} with these settings of Kafka Streams; does not start yet. */
  public StreamsClient(SpanTopology topology, Properties settings) {
    streams = new KafkaStreams(topology.get(), settings);
    storeErrors = StoreErrors.of(streams, new StreamsConfig(settings));
    streams.setUncaughtExceptionHandler(
        thrown -> {
          fail(thrown instanceof RuntimeException e ? e : new IllegalStateException(thrown));
          return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
  }

  /** Starts; returns at once. */
  public void start() {
    streams.start();
  }

  /** Why it failed, if it did; a store that could not be written in the background counts, too. */
  public Optional<RuntimeException> failure() {
    if (failure.get() == null) {
      storeErrors.check().ifPresent(this::fail);
    }
    return Optional.ofNullable(failure.get());
  }

  void fail(RuntimeException why) {
    failure.compareAndSet(null, why);
  }

  KafkaStreams streams() {
    return streams;
  }

  /** Commits what is done and leaves the group. */
  @Override
  public void close() {
    close(CLOSE_TIMEOUT, GroupMembershipOperation.LEAVE_GROUP);
  }

  /** Whether everything had stopped within {@code timeout}. */
  boolean close(Duration timeout, GroupMembershipOperation onClose) {
    return streams.close(CloseOptions.timeout(timeout).withGroupMembershipOperation(onClose));
  }
}
