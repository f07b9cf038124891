package io.kspan.connect.record;

import java.util.Collections;
import java.util.Map;

/**
 * One record for an input topic. Immutable.
 *
 * @param value the envelope as JSON text; null is a tombstone
 * @param headers name to value, in the order of the record; a tombstone has those of its object
 * @param timestampMillis the receipt time, the same instant as {@code observedAt} in the envelope
 */
public record MappedRecord(
    String topic, String key, String value, Map<String, String> headers, long timestampMillis) {
  public MappedRecord {
    headers = Collections.unmodifiableMap(headers);
  }
}
