package io.kspan.connect.watch;

import io.kspan.connect.record.SourceOffset;
import io.kspan.connect.record.SourcePartition;

/** Where feeds find their stored offsets; asked by many threads. */
@FunctionalInterface
public interface OffsetSource {
  /** Never null: {@link SourceOffset#LISTING} when there is none of use. */
  SourceOffset read(SourcePartition partition);
}
