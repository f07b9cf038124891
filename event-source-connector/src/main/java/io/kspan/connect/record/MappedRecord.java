package io.kspan.connect.record;

import java.util.Objects;

/**
 * One record for an input topic. Immutable.
 *
 * @param value the envelope as JSON text; null is a tombstone
 * @param timestampMillis the receipt time, the same instant as {@code observedAt} in the envelope
 */
public record MappedRecord(String topic, String key, String value, long timestampMillis) {
  public MappedRecord {
    Objects.requireNonNull(topic, "topic");
    Objects.requireNonNull(key, "key");
  }
}
