package io.kspan.topology.doctor;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads the last committed records of partitions, in a bounded time. Joins no group. */
final class Tail {
  private static final int ANSWER_MILLIS = 10_000;
  private static final Duration PATIENCE = Duration.ofMillis(ANSWER_MILLIS);
  private static final Duration POLL = Duration.ofMillis(100);

  private final Map<String, Object> settings;

  Tail(Map<String, Object> connection) {
    settings = new HashMap<>(connection);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_MILLIS);
  }

  /**
   * Gives what lies among the last {@code offsets} offsets of each partition, one record after the
   * other, and keeps none: a record may have a megabyte.
   *
   * @return how many there were
   * @throws UnansweredException when the brokers refuse, or do not give it in time
   */
  int read(
      List<TopicPartition> partitions, int offsets, Consumer<ConsumerRecord<byte[], byte[]>> each)
      throws InterruptedException {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      return read(consumer, partitions, offsets, each);
    } catch (InterruptException e) {
      throw (InterruptedException) new InterruptedException().initCause(e);
    } catch (KafkaException e) {
      throw new UnansweredException(e);
    }
  }

  private static int read(
      KafkaConsumer<byte[], byte[]> consumer,
      List<TopicPartition> partitions,
      int offsets,
      Consumer<ConsumerRecord<byte[], byte[]>> each) {
    consumer.assign(partitions);
    Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    ends.forEach(
        (partition, end) ->
            consumer.seek(partition, Math.max(starts.get(partition), end - offsets)));
    int count = 0;
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
      if (System.nanoTime() > deadline) {
        throw new org.apache.kafka.common.errors.TimeoutException(
            "the end of %s could not be read within %d s"
                .formatted(partitions, PATIENCE.toSeconds()));
      }
      ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
      records.forEach(each);
      count += records.count();
    }
    return count;
  }
}
