package io.kspan.connect.watch;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kspan.connect.record.MappedRecord;
import io.kspan.connect.record.SourceOffset;
import io.kspan.connect.record.SourcePartition;
import io.kspan.connect.record.WatchScope;
import io.kspan.connect.record.WatchType;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns what a feed receives into records with offsets and puts them into the hand-over buffer;
 * blocks while that is full. Called on the feed's thread only.
 */
final class FeedEmitter {
  private static final Logger log = LoggerFactory.getLogger(FeedEmitter.class);

  /** About 200 bytes each, for every namespace that is watched. */
  private static final int MAX_EMITTED_EVENTS = 5_000;

  private static final List<JsonPointer> STAMPS =
      Stream.of(
              "/metadata/creationTimestamp",
              "/lastTimestamp",
              "/deprecatedLastTimestamp",
              "/eventTime",
              "/series/lastObservedTime")
          .map(JsonPointer::compile)
          .toList();

  private final WatchScope scope;
  private final FeedContext context;
  private final OwnerFetcher owners;
  private final FeedMetrics metrics;
  private final FeedMetrics.ScopeState state;

  /**
   * The last resourceVersion by UID of the Events handed over, so that a list that begins again
   * does not repeat them. Lost with the task: then everything since the stored offset repeats.
   */
  private final Map<String, String> emittedEvents = new BoundedMap<>(MAX_EMITTED_EVENTS);

  private SourcePartition partition;

  FeedEmitter(WatchScope scope, FeedContext context, OwnerFetcher owners) {
    this.scope = scope;
    this.context = context;
    this.owners = owners;
    this.metrics = context.metrics();
    this.state = metrics.of(scope);
  }

  /** Sets the partition of all further records; nothing was emitted to it yet. */
  void partition(SourcePartition newPartition) {
    partition = newPartition;
    emittedEvents.clear();
  }

  Instant now() {
    return context.clock().instant();
  }

  /**
   * Emits an item of a list that a watch follows. Objects always pass, because the marker of
   * completion says that all others no longer exist. An Event passes unless it is known to have
   * been handed over.
   */
  void listItem(ObjectNode item, FeedPosition position) throws InterruptedException {
    if (scope.resource().isEvents()) {
      JsonNode metadata = item.path("metadata");
      String version = metadata.path("resourceVersion").asText("");
      if (position.covers(version)
          || version.equals(emittedEvents.get(metadata.path("uid").asText("")))) {
        metrics.duplicates.increment();
        return;
      }
    }
    emit(WatchType.ADDED, item, SourceOffset.LISTING, SourceOffset.LISTING);
  }

  /** Emits an object as it is at the position, which stays valid. */
  void snapshotItem(ObjectNode item, FeedPosition position) throws InterruptedException {
    emit(WatchType.ADDED, item, position.offset(), position.offset());
  }

  /**
   * Emits the marker of a completed list.
   *
   * @param offset where a restart resumes from now on
   */
  void listComplete(ListPageReader.Page list, Instant startedAt, SourceOffset offset)
      throws InterruptedException {
    MappedRecord marker =
        context.mapper().listed(scope, list.kind(), list.resourceVersion(), startedAt, now());
    put(List.of(new FeedRecord(partition, offset, marker)));
    state.contact(now(), Duration.ZERO);
  }

  /**
   * Emits an event of a watch.
   *
   * @param before the position without this event
   * @param after the position with it
   */
  void watchEvent(WatchType type, ObjectNode object, SourceOffset before, SourceOffset after)
      throws InterruptedException {
    Instant now = now();
    if (type != WatchType.DELETED) {
      state.contact(now, Duration.between(newestStamp(object).orElse(now), now));
    }
    emit(type, object, before, after);
  }

  /** The newest stamp of creation, of an Event, or of managedFields; empty if none is readable. */
  private static Optional<Instant> newestStamp(ObjectNode object) {
    List<String> stamps = new ArrayList<>();
    STAMPS.forEach(stamp -> stamps.add(object.at(stamp).asText("")));
    object
        .at("/metadata/managedFields")
        .forEach(entry -> stamps.add(entry.path("time").asText("")));
    try {
      // The API server writes all stamps in UTC, so the order of the texts is that of the times.
      return Optional.of(Instant.parse(Collections.max(stamps)));
    } catch (DateTimeParseException e) {
      // Only a metric depends on it.
      return Optional.empty();
    }
  }

  void bookmark(SourceOffset offset) throws InterruptedException {
    state.contact(now(), Duration.ZERO);
    position(offset);
  }

  private void position(SourceOffset offset) throws InterruptedException {
    if (context.settings().bookmarks()) {
      context.buffer().put(List.of(new FeedRecord(partition, offset, null)));
    }
  }

  private void emit(WatchType type, ObjectNode object, SourceOffset before, SourceOffset after)
      throws InterruptedException {
    boolean event = scope.resource().isEvents();
    FeedSettings settings = context.settings();
    if (event
        && (settings.excludedReasons().contains(object.path("reason").asText(""))
            || settings.excludedTypes().contains(object.path("type").asText("")))) {
      metrics.excluded.increment();
      if (!after.isListing()) {
        position(after);
      }
    } else {
      owners.referencedBy(object);
      putMapped(type, object, before, after);
    }
    String uid = object.path("metadata").path("uid").asText("");
    if (event && !uid.isEmpty()) {
      // Not before the Event is in the buffer.
      emittedEvents.put(uid, object.path("metadata").path("resourceVersion").asText(""));
    }
  }

  private void putMapped(WatchType type, ObjectNode object, SourceOffset before, SourceOffset after)
      throws InterruptedException {
    List<MappedRecord> mapped;
    try {
      mapped = context.mapper().map(type, object, now());
    } catch (IllegalArgumentException e) {
      // An object without kind or name has no key; the server never sends one.
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
    context.buffer().put(batch);
    metrics.records.add(batch.size());
  }
}
