package io.kspan.connect.watch;

import io.kspan.connect.record.MappedRecord;
import io.kspan.connect.record.SourceOffset;
import io.kspan.connect.record.SourcePartition;

/**
 * A record on its way from a feed to the task, with the offset that holds once it is written.
 *
 * @param mapped null when only the position has moved
 */
public record FeedRecord(SourcePartition partition, SourceOffset offset, MappedRecord mapped) {
  /** The size in characters, near enough to bytes for a memory bound. */
  int chars() {
    if (mapped == null) {
      return 1;
    }
    return mapped.key().length() + (mapped.value() == null ? 0 : mapped.value().length());
  }
}
