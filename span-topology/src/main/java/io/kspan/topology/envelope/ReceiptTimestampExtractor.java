package io.kspan.topology.envelope;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * Takes the receipt, {@code observedAt}, as timestamp. The record's own timestamp may be the
 * broker's, and is used only without an envelope. Thread-safe.
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
    boolean observed = input != null && input.observedAtMillis() != InputRecord.UNKNOWN;
    return Math.max(0, observed ? input.observedAtMillis() : recordTimestamp);
  }
}
