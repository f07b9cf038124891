package io.kspan.topology.export;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Where records go that no backend will ever take. */
interface DeadLetters extends AutoCloseable {

  /**
   * Returns when the record is safely stored.
   *
   * @throws org.apache.kafka.common.KafkaException when it is not
   */
  void send(ConsumerRecord<byte[], byte[]> source, Refusal refusal);

  @Override
  void close();
}
