package io.kspan.topology.export;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** What has been read and not been sent yet, in the order of reading. One thread only. */
final class Backlog {
  private final Deque<ConsumerRecord<byte[], byte[]>> records = new ArrayDeque<>();
  private final long maxBytes;
  private long bytes;

  Backlog(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  void add(ConsumerRecord<byte[], byte[]> one) {
    records.add(one);
    bytes += size(one);
  }

  long bytes() {
    return bytes;
  }

  boolean isEmpty() {
    return records.isEmpty();
  }

  boolean isFull() {
    return bytes >= maxBytes;
  }

  /** Takes the next records: as many as {@code batchBytes} hold, but at least one. */
  List<ConsumerRecord<byte[], byte[]>> take(long batchBytes) {
    List<ConsumerRecord<byte[], byte[]>> taken = new ArrayList<>();
    long total = 0;
    while (!records.isEmpty()) {
      total += size(records.peekFirst());
      if (!taken.isEmpty() && total > batchBytes) {
        break;
      }
      bytes -= size(records.peekFirst());
      taken.add(records.pollFirst());
    }
    return taken;
  }

  void forget(Collection<TopicPartition> partitions) {
    records.removeIf(one -> partitions.contains(new TopicPartition(one.topic(), one.partition())));
    bytes = records.stream().mapToLong(Backlog::size).sum();
  }

  private static long size(ConsumerRecord<byte[], byte[]> one) {
    return Math.max(0, one.serializedKeySize()) + Math.max(0, one.serializedValueSize());
  }
}
