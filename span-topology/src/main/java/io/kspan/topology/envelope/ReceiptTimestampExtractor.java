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
    return receipt(record.value() instanceof InputRecord input ? input : null, record.timestamp());
  }

  /**
   * The receipt of {@code input}.
   *
   * @param input null for a tombstone
   * @param recordTimestamp of its record
   */
  public static long receipt(InputRecord input, long recordTimestamp) {
    boolean told = input != null && input.observedAtMillis() != InputRecord.UNKNOWN;
    return Math.max(0, told ? input.observedAtMillis() : recordTimestamp);
  }
}
