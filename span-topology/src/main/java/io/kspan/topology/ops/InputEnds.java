package io.kspan.topology.ops;

import io.kspan.topology.names.Topics;
import io.kspan.topology.time.IdlePartitions;
import io.kspan.topology.time.Watermark;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.ThreadUtils;
import org.apache.kafka.streams.KafkaStreams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the broker once a second which input partitions have been read to their end: the group's
 * committed position equals the read-committed end offset.
 *
 * <p>Thread-safe. While the broker does not answer, no partition counts as idle.
 */
public final class InputEnds implements IdlePartitions, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(InputEnds.class);
  private static final long INTERVAL_MILLIS = 1000;
  private static final long INTERVAL_AT_REST_MILLIS = 5000;
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final Offsets offsets;
  private final String group;
  private final List<TopicPartition> inputs;
  private final InstantSource clock;
  private final BooleanSupplier atRest;
  private final ScheduledExecutorService executor;
  private volatile Answer answer = new Answer(Map.of(), 0);
  private volatile long answeredMillis;
  private volatile Exception failure;

  /**
   * Records that the group has not processed, empty if the request failed. The answer does not
   * cover what arrives after {@code askedMillis}.
   */
  private record Answer(Map<TopicPartition, Long> lags, long askedMillis) {}

  /** Asks for the inputs among {@code topics}, less often while no trace waits ({@code atRest}). */
  public InputEnds(
      Admin admin,
      String group,
      Topics topics,
      InputPartitions partitions,
      InstantSource clock,
      BooleanSupplier atRest) {
    this.offsets = new Offsets(admin, TIMEOUT);
    this.group = group;
    this.inputs =
        Stream.of(
                Offsets.partitions(topics.objects(), partitions.objects()),
                Offsets.partitions(topics.events(), partitions.events()))
            .flatMap(List::stream)
            .toList();
    this.clock = clock;
    this.atRest = atRest;
    this.answeredMillis = clock.millis();
    this.executor =
        Executors.newSingleThreadScheduledExecutor(
            ThreadUtils.createThreadFactory("input-ends-" + group, true));
  }

  /** Starts asking. */
  public void start() {
    executor.scheduleWithFixedDelay(
        () -> {
          if (!atRest.getAsBoolean()
              || clock.millis() - answeredMillis >= INTERVAL_AT_REST_MILLIS) {
            ask();
          }
        },
        0,
        INTERVAL_MILLIS,
        TimeUnit.MILLISECONDS);
  }

  @Override
  public long idleSince(String topic, int partition) {
    Answer last = answer;
    Long lag = last.lags().get(new TopicPartition(topic, partition));
    return lag != null && lag == 0 ? last.askedMillis() : Watermark.NONE;
  }

  /** Records that the group has not processed; empty while the broker does not answer. */
  public Map<TopicPartition, Long> lags() {
    return answer.lags();
  }

  /** The same of the partitions that {@code streams} processes. */
  public Map<TopicPartition, Long> lagsOf(KafkaStreams streams) {
    Map<TopicPartition, Long> all = answer.lags();
    return streams.metadataForLocalThreads().stream()
        .flatMap(thread -> thread.activeTasks().stream())
        .flatMap(task -> task.topicPartitions().stream())
        .filter(all::containsKey)
        .collect(Collectors.toMap(Function.identity(), all::get, (one, same) -> one));
  }

  /** The time since the last answer; 0 if the last request was answered. */
  public Duration silence() {
    return failure == null ? Duration.ZERO : Duration.ofMillis(clock.millis() - answeredMillis);
  }

  /** Why the last request was not answered; null if it was. */
  public Exception failure() {
    return failure;
  }

  private void ask() {
    long asked = clock.millis();
    try {
      answer = new Answer(offsets.lags(group, inputs), asked);
      answeredMillis = asked;
      failure = null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (UnansweredException e) {
      answer = new Answer(Map.of(), asked);
      failure = e;
      log.warn("Cannot tell which inputs are read to their end: {}", e.getCause().toString());
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
