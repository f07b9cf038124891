package io.kspan.topology.export;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** A record of requests on its way to the backend. For one thread. */
final class SinkRecord {
  private final ConsumerRecord<byte[], byte[]> source;
  private final int items;
  private Refusal refusal;

  SinkRecord(ConsumerRecord<byte[], byte[]> source, int items) {
    this.source = source;
    this.items = items;
  }

  ConsumerRecord<byte[], byte[]> source() {
    return source;
  }

  int items() {
    return items;
  }

  TopicPartition partition() {
    return new TopicPartition(source.topic(), source.partition());
  }

  /** Keeps the first refusal of the record, or of a part of it. */
  void refuse(Refusal why) {
    refusal = refusal == null ? why : refusal;
  }

  Refusal refusal() {
    return refusal;
  }
}
