package io.kspan.topology.envelope;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * Everything is decided by {@code observedAt}; the record's own timestamp may be the broker's, and
 * serves only where there is no envelope. Thread-safe.
 */
public final class ReceiptTimestampExtractor implements TimestampExtractor {
  @Override
  public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
    boolean told =
        record.value() instanceof InputRecord input
            && input.observedAtMillis() != InputRecord.UNKNOWN;
    long millis = told ? ((InputRecord) record.value()).observedAtMillis() : record.timestamp();
    return Math.max(0, millis);
  }
}
