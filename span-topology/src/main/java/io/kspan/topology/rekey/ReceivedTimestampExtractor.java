package io.kspan.topology.rekey;

import io.kspan.topology.envelope.ReceiptTimestampExtractor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/** The receipt of what is to be re-keyed; it stays its timestamp from then on. Thread-safe. */
public final class ReceivedTimestampExtractor implements TimestampExtractor {
  @Override
  public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
    return ReceiptTimestampExtractor.receipt(
        record.value() instanceof Rekeyed rekeyed ? rekeyed.record() : null, record.timestamp());
  }
}
