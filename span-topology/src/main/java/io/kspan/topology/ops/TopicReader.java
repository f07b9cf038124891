package io.kspan.topology.ops;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads the committed records that a topic holds now, each partition in order. Joins no group and
 * keeps no record. For one thread.
 */
public final class TopicReader {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration FOR_EVER = Duration.ofNanos(Long.MAX_VALUE);

  private final Map<String, Object> settings;

  /** Reads with these client settings. */
  public TopicReader(Map<String, Object> connection) {
    settings = new HashMap<>(connection);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
  }

  /**
   * Hands every record of {@code topic} to {@code action}; a topic that does not exist has none.
   */
  public void forEach(String topic, Consumer<ConsumerRecord<byte[], byte[]>> action) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(settings)) {
      List<PartitionInfo> existing = consumer.partitionsFor(topic);
      List<TopicPartition> partitions =
          (existing == null ? List.<PartitionInfo>of() : existing)
              .stream().map(info -> new TopicPartition(topic, info.partition())).toList();
      consumer.assign(partitions);
      read(consumer, partitions, FOR_EVER, action);
    }
  }

  /**
   * Hands the records among the last {@code offsets} of each partition to {@code action}; throws
   * {@link UnansweredException} when the brokers refuse, or do not give them within {@code
   * timeout}.
   */
  public void forLast(
      Collection<TopicPartition> partitions,
      int offsets,
      Duration timeout,
      Consumer<ConsumerRecord<byte[], byte[]>> action)
      throws InterruptedException {
    Map<String, Object> bounded = new HashMap<>(settings);
    bounded.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) timeout.toMillis());
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(bounded)) {
      consumer.assign(partitions);
      Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions);
      consumer
          .endOffsets(partitions)
          .forEach((p, end) -> consumer.seek(p, Math.max(starts.get(p), end - offsets)));
      read(consumer, partitions, timeout, action);
    } catch (InterruptException e) {
      throw (InterruptedException) new InterruptedException().initCause(e);
    } catch (KafkaException e) {
      throw new UnansweredException(e);
    }
  }

  private static KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> settings) {
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** Reads from the positions of {@code consumer} to the ends that the partitions have now. */
  private static void read(
      KafkaConsumer<byte[], byte[]> consumer,
      Collection<TopicPartition> partitions,
      Duration timeout,
      Consumer<ConsumerRecord<byte[], byte[]>> action) {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    long begin = System.nanoTime();
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      if (System.nanoTime() - begin > timeout.toNanos()) {
        throw new TimeoutException(
            "the end of %s could not be read within %d s"
                .formatted(partitions, timeout.toSeconds()));
      }
      consumer.poll(POLL).forEach(action);
    }
  }
}
