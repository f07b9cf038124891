package io.kspan.connect.watch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kspan.connect.record.ListedScope;
import io.kspan.connect.record.MappedRecord;
import io.kspan.connect.record.ObjectStamps;
import io.kspan.connect.record.SourceOffset;
import io.kspan.connect.record.SourcePartition;
import io.kspan.connect.record.WatchScope;
import io.kspan.connect.record.WatchType;
import java.time.Duration;
import java.time.Instant;
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

  /** About 200 bytes each, for every namespace that is watched. */
  private static final int SEEN_EVENTS = 5_000;

  private final WatchScope scope;
  private final FeedServices services;
  private final OwnerFetcher owners;
  private final FeedCounters counters;
  private final FeedCounters.ScopeState state;
  private final SeenEvents seen = new SeenEvents(SEEN_EVENTS);
  private SourcePartition partition;

  FeedEmitter(WatchScope scope, FeedServices services, OwnerFetcher owners) {
    this.scope = scope;
    this.services = services;
    this.owners = owners;
    this.counters = services.counters();
    this.state = counters.of(scope);
  }

  /** Where the records belong from now on; another partition has seen nothing yet. */
  void belongTo(SourcePartition newPartition) {
    partition = newPartition;
    seen.clear();
  }

  Instant now() {
    return services.clock().instant();
  }

  /**
   * An item of a list after which the watch begins. Objects always pass, because the marker of
   * completion says that what the list did not bring is gone; of Events only what is not proven to
   * have been handed over.
   */
  void listItem(ObjectNode item, FeedPosition position) throws InterruptedException {
    if (!scope.resource().isEvents()) {
      emit(WatchType.ADDED, item, SourceOffset.LISTING, SourceOffset.LISTING);
      return;
    }
    String version = item.path("metadata").path("resourceVersion").asText("");
    if (position.covers(version) || seen.contains(item)) {
      counters.duplicates.increment();
      return;
    }
    emit(WatchType.ADDED, item, SourceOffset.LISTING, SourceOffset.LISTING);
    seen.add(item);
  }

  /** An object as it is at the position, which stays valid. */
  void snapshotItem(ObjectNode item, FeedPosition position) throws InterruptedException {
    emit(WatchType.ADDED, item, position.offset(), position.offset());
  }

  /**
   * @param offset from here on a restart resumes
   */
  void listComplete(ListedScope listed, SourceOffset offset) throws InterruptedException {
    MappedRecord marker = services.mapper().listed(listed, now());
    put(List.of(new FeedRecord(partition, offset, marker)));
    state.contact(now(), Duration.ZERO);
  }

  /**
   * @param before the position without this event
   * @param after the position with it
   */
  void watchEvent(WatchType type, ObjectNode object, SourceOffset before, SourceOffset after)
      throws InterruptedException {
    Instant now = now();
    if (type != WatchType.DELETED) {
      state.contact(
          now,
          ObjectStamps.newest(object)
              .map(stamp -> Duration.between(stamp, now))
              .orElse(Duration.ZERO));
    }
    emit(type, object, before, after);
    if (scope.resource().isEvents()) {
      seen.add(object);
    }
  }

  /** The server says how far everything is. */
  void bookmark(SourceOffset offset) throws InterruptedException {
    state.contact(now(), Duration.ZERO);
    position(offset);
  }

  private void position(SourceOffset offset) throws InterruptedException {
    if (services.settings().bookmarks()) {
      services.buffer().put(List.of(new FeedRecord(partition, offset, null)));
    }
  }

  private void emit(WatchType type, ObjectNode object, SourceOffset before, SourceOffset after)
      throws InterruptedException {
    if (services.filter().excludes(object)) {
      counters.excluded.increment();
      if (!after.isListing()) {
        position(after);
      }
      return;
    }
    owners.referencedBy(object);
    List<MappedRecord> mapped;
    try {
      mapped = services.mapper().map(type, object, now());
    } catch (IllegalArgumentException e) {
      // Nothing can be keyed without a kind and a name; the server never sends such objects.
      log.warn("Skipped an object of {}: {}", scope, e.getMessage());
      return;
    }
    List<FeedRecord> batch = new ArrayList<>(mapped.size());
    for (int i = 0; i < mapped.size(); i++) {
      // A crash between the deletion and its tombstone must bring both again.
      SourceOffset offset = i == mapped.size() - 1 ? after : before;
      batch.add(new FeedRecord(partition, offset, mapped.get(i)));
    }
    put(batch);
  }

  private void put(List<FeedRecord> batch) throws InterruptedException {
    services.buffer().put(batch);
    counters.records.add(batch.size());
  }
}
