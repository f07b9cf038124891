package io.kspan.connect.watch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kspan.connect.record.EnvelopeMapper;
import io.kspan.connect.record.ListedScope;
import io.kspan.connect.record.MappedRecord;
import io.kspan.connect.record.SourceOffset;
import io.kspan.connect.record.SourcePartition;
import io.kspan.connect.record.WatchType;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From what a feed receives to positioned records in the hand-over buffer. One thread only; waits
 * while the buffer is full.
 */
final class FeedEmitter {
  private static final Logger log = LoggerFactory.getLogger(FeedEmitter.class);

  private final SourcePartition partition;
  private final EnvelopeMapper mapper;
  private final HandOverBuffer buffer;
  private final InstantSource clock;

  FeedEmitter(
      SourcePartition partition,
      EnvelopeMapper mapper,
      HandOverBuffer buffer,
      InstantSource clock) {
    this.partition = partition;
    this.mapper = mapper;
    this.buffer = buffer;
    this.clock = clock;
  }

  Instant now() {
    return clock.instant();
  }

  void listItem(ObjectNode item) throws InterruptedException {
    emit(WatchType.ADDED, item, SourceOffset.LISTING, SourceOffset.LISTING);
  }

  /** The first record of a list that proves it: from here on a restart resumes. */
  void listComplete(ListedScope scope) throws InterruptedException {
    MappedRecord marker = mapper.listed(scope, clock.instant());
    buffer.put(
        List.of(new FeedRecord(partition, new SourceOffset(scope.resourceVersion()), marker)));
  }

  /**
   * @param before the position without this event
   * @param after the position with it
   */
  void watchEvent(WatchType type, ObjectNode object, String before, String after)
      throws InterruptedException {
    emit(type, object, new SourceOffset(before), new SourceOffset(after));
  }

  private void emit(WatchType type, ObjectNode object, SourceOffset before, SourceOffset after)
      throws InterruptedException {
    List<MappedRecord> mapped;
    try {
      mapped = mapper.map(type, object, clock.instant());
    } catch (IllegalArgumentException e) {
      // Nothing can be keyed without a kind and a name; the server never sends such objects.
      log.warn("Skipped an object of {}: {}", partition.scope(), e.getMessage());
      return;
    }
    List<FeedRecord> batch = new ArrayList<>(mapped.size());
    for (int i = 0; i < mapped.size(); i++) {
      // A crash between the deletion and its tombstone must bring both again.
      SourceOffset offset = i == mapped.size() - 1 ? after : before;
      batch.add(new FeedRecord(partition, offset, mapped.get(i)));
    }
    buffer.put(batch);
  }
}
