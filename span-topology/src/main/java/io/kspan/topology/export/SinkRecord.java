package io.kspan.topology.export;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** A record of the spans topic on its way to the backend. For one thread. */
final class SinkRecord {
  private final ConsumerRecord<byte[], byte[]> source;
  private final int spans;
  private Refusal refusal;

  SinkRecord(ConsumerRecord<byte[], byte[]> source, int spans) {
    this.source = source;
    this.spans = spans;
  }

  ConsumerRecord<byte[], byte[]> source() {
    return source;
  }

  int spans() {
    return spans;
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
