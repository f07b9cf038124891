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
 * Says now and then how far every scope has been read, so that the stored offsets advance although
 * nothing happens, and so that silence of the connector can be told from silence of the cluster.
 * Does nothing when the interval is zero. One thread only.
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

  /** To be told of every record in order, also of those that only move the position. */
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

  /** One for every scope that has a position if it is time; to be sent after what has passed. */
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
