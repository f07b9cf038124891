package io.kspan.connect.record;

/**
 * One record for an input topic. Immutable.
 *
 * @param value the envelope as JSON text; null is a tombstone
 * @param timestampMillis the receipt time, the same instant as {@code observedAt} in the envelope
 */
public record MappedRecord(String topic, String key, String value, long timestampMillis) {}
