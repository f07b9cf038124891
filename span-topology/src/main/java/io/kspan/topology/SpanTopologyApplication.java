package io.kspan.topology;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One instance of the topology inside this JVM: what {@code span-topology run} and the quickstart
 * start.
 *
 * <p>Thread-safe. Start several with different {@code kafka.client.id} and {@code kafka.state.dir}
 * to scale within one JVM.
 */
public final class SpanTopologyApplication implements AutoCloseable {

  /**
   * Checks the configuration.
   *
   * @param properties own keys and {@code kafka.}-prefixed ones
   * @throws org.apache.kafka.common.config.ConfigException naming the value and the remedy
   */
  public SpanTopologyApplication(Map<String, String> properties) {}

  /**
   * Checks the topics and starts; returns at once, {@link #state()} tells when it runs.
   *
   * @throws org.apache.kafka.common.config.ConfigException when topics are missing or input
   *     partition counts differ
   */
  public void start() {}

  /** The state of the Kafka Streams client, for progress messages and probes. */
  public String state() {
    return "CREATED";
  }

  /** Why the instance died, if it did. */
  public Optional<RuntimeException> failure() {
    return Optional.empty();
  }

  /**
   * Counters since the start of this instance, and which gather partitions have finished everything
   * after the end markers.
   */
  public Progress progress() {
    return new Progress(0, 0, 0, 0, 0, Set.of());
  }

  /** Stops within {@code timeout} and leaves the group; committed work stays committed. */
  public void close(Duration timeout) {}

  @Override
  public void close() {
    close(Duration.ofSeconds(10));
  }

  /**
   * What this instance has done so far.
   *
   * @param events occurrences read
   * @param objects object snapshots read
   * @param rejected records sent to the dead letters
   * @param traces finished traces written
   * @param spans spans in them
   * @param drained gather partitions that have seen the end of all input and hold no open trace
   */
  public record Progress(
      long events, long objects, long rejected, long traces, long spans, Set<Integer> drained) {}
}
