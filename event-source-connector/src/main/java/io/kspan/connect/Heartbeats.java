package io.kspan.connect;

import io.kspan.connect.record.EnvelopeMapper;
import io.kspan.connect.record.MappedRecord;
import io.kspan.connect.record.WatchScope;
import io.kspan.connect.watch.FeedRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes heartbeats with the position of every scope. They let the stored offsets advance on a quiet
 * cluster, and show that the connector works. Does nothing when the interval is zero. Called by the
 * task's thread only.
 */
final class Heartbeats {
  private final Duration interval;
  private final String topic;
  private final EnvelopeMapper mapper;
  private final InstantSource clock;
  private final Map<WatchScope, FeedRecord> positions = new LinkedHashMap<>();
  private Instant due;

  Heartbeats(Duration interval, String topic, EnvelopeMapper mapper, InstantSource clock) {
    this.interval = interval;
    this.topic = topic;
    this.mapper = mapper;
    this.clock = clock;
    this.due = clock.instant().plus(interval);
  }

  /** Takes every record in order, also those that only move the position. */
  void passed(FeedRecord record) {
    if (interval.isZero()) {
      return;
    }
    WatchScope scope = record.partition().scope();
    if (record.offset().isListing()) {
      positions.remove(scope);
    } else {
      positions.put(scope, record);
    }
  }

  /** Returns the heartbeats that are due; they follow the records that have passed. */
  List<FeedRecord> due() {
    Instant now = clock.instant();
    if (interval.isZero() || now.isBefore(due)) {
      return List.of();
    }
    due = now.plus(interval);
    List<FeedRecord> beats = new ArrayList<>();
    positions.forEach(
        (scope, last) -> {
          MappedRecord beat = mapper.heartbeat(topic, scope, last.offset().resourceVersion(), now);
          beats.add(new FeedRecord(last.partition(), last.offset(), beat));
        });
    return beats;
  }
}
