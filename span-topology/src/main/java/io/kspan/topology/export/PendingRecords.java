package io.kspan.topology.export;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Records that are read and not handed to the worker yet, in the order of reading. One thread. */
final class PendingRecords {
  private final Deque<ConsumerRecord<byte[], byte[]>> records = new ArrayDeque<>();
  private long bytes;

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

  /** Takes the next records: as many as {@code batchBytes} hold, but at least one. */
  List<ConsumerRecord<byte[], byte[]>> take(long batchBytes) {
    List<ConsumerRecord<byte[], byte[]>> taken = new ArrayList<>();
    long left = batchBytes;
    while (!records.isEmpty() && (taken.isEmpty() || size(records.peekFirst()) <= left)) {
      ConsumerRecord<byte[], byte[]> next = records.pollFirst();
      left -= size(next);
      bytes -= size(next);
      taken.add(next);
    }
    return taken;
  }

  void remove(Collection<TopicPartition> partitions) {
    records.removeIf(one -> partitions.contains(new TopicPartition(one.topic(), one.partition())));
    bytes = records.stream().mapToLong(PendingRecords::size).sum();
  }

  private static long size(ConsumerRecord<byte[], byte[]> one) {
    return Math.max(0, one.serializedKeySize()) + Math.max(0, one.serializedValueSize());
  }
}
