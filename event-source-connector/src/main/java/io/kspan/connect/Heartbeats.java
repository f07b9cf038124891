package io.kspan.connect;

import io.kspan.connect.record.EnvelopeMapper;
import io.kspan.connect.record.MappedRecord;
import io.kspan.connect.record.SourceOffset;
import io.kspan.connect.record.SourcePartition;
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
  private final Map<SourcePartition, SourceOffset> positions = new LinkedHashMap<>();
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
    if (record.offset().isListing()) {
      positions.remove(record.partition());
    } else {
      positions.put(record.partition(), record.offset());
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
        (partition, offset) -> {
          MappedRecord beat =
              mapper.heartbeat(topic, partition.scope(), offset.resourceVersion(), now);
          beats.add(new FeedRecord(partition, offset, beat));
        });
    return beats;
  }
}
