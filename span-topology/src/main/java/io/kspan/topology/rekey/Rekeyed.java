package io.kspan.topology.rekey;

import io.kspan.topology.envelope.InputRecord;

/**
 * A record on its way to the partition of its object, or how far a partition of the input has been
 * read, which goes to all.
 *
 * @param received the value as received; null for progress
 * @param record what it says
 */
public record Rekeyed(byte[] received, InputRecord record) {}
