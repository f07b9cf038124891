package io.kspan.topology.history;

import io.kspan.topology.config.TopologyConfig;
import io.kspan.topology.names.Topics;
import io.kspan.topology.ops.Offsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * The part of the input topics that a replay reads, looked up once when the replay begins.
 *
 * <p>Immutable. Times are in milliseconds since 1970.
 *
 * @param begins first offset of each input partition
 * @param ends last offset of each input partition, exclusive; never before the first
 * @param readFromMillis no event that was received earlier is read
 * @param readUntilMillis no record that was received then or later is read
 * @param completeFromMillis every event received from then on is read; {@link Long#MIN_VALUE} if no
 *     event precedes the first that is read
 * @param completeUntilMillis every record received up to then is read
 */
record OffsetRange(
    Map<TopicPartition, Long> begins,
    Map<TopicPartition, Long> ends,
    long readFromMillis,
    long readUntilMillis,
    long completeFromMillis,
    long completeUntilMillis) {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final long NONE = -1;

  OffsetRange {
    begins = Map.copyOf(begins);
    ends = Map.copyOf(ends);
  }

  /**
   * Looks up the offsets by timestamp. Records received shortly before {@code nowMillis} may still
   * be under way.
   */
  static OffsetRange find(
      Admin admin, TopologyConfig config, int partitions, ReplayRange range, long nowMillis)
      throws InterruptedException {
    Lookup lookup = new Lookup(admin, partitions);
    Topics topics = config.topics();
    long readFrom = range.readFromMillis(config);
    long readUntil = range.readUntilMillis(config);
    // A record may be that late, so reading goes on behind the first record beyond the range.
    long endStamp =
        readUntil == Long.MAX_VALUE ? Long.MAX_VALUE : readUntil + config.latenessMillis();
    var firstObjects = lookup.offsets(topics.objects(), OffsetSpec.earliest());
    var firstEvents = lookup.offsets(topics.events(), OffsetSpec.earliest());
    var events = lookup.offsets(topics.events(), OffsetSpec.forTimestamp(readFrom));
    Map<TopicPartition, Long> ends = new HashMap<>(lookup.ends(topics.objects(), endStamp));
    ends.putAll(lookup.ends(topics.events(), endStamp));

    Map<TopicPartition, Long> begins = new HashMap<>();
    firstObjects.forEach((p, first) -> begins.put(p, Math.min(first.offset(), ends.get(p))));
    long completeFrom = Long.MIN_VALUE;
    for (Map.Entry<TopicPartition, ListOffsetsResultInfo> event : events.entrySet()) {
      long first = event.getValue().offset();
      long end = ends.get(event.getKey());
      long begin = first == NONE ? end : Math.min(first, end);
      begins.put(event.getKey(), begin);
      if (begin > 0) {
        boolean expired = first == firstEvents.get(event.getKey()).offset();
        completeFrom = Math.max(completeFrom, expired ? event.getValue().timestamp() : readFrom);
      }
    }
    return new OffsetRange(
        begins,
        ends,
        readFrom,
        readUntil,
        completeFrom,
        Math.min(readUntil, nowMillis - config.idleGraceMillis()));
  }

  private static long earlier(long end, long offset) {
    return offset == NONE ? end : Math.min(end, offset);
  }

  private record Lookup(Admin admin, int partitions) {

    /** The first offset at or after a timestamp, else the end. */
    Map<TopicPartition, Long> ends(String topic, long stampMillis) throws InterruptedException {
      Map<TopicPartition, Long> ends = new HashMap<>();
      offsets(topic, OffsetSpec.latest()).forEach((p, latest) -> ends.put(p, latest.offset()));
      if (stampMillis != Long.MAX_VALUE) {
        var later = offsets(topic, OffsetSpec.forTimestamp(stampMillis));
        later.forEach((p, info) -> ends.merge(p, info.offset(), OffsetRange::earlier));
      }
      return ends;
    }

    Map<TopicPartition, ListOffsetsResultInfo> offsets(String topic, OffsetSpec spec)
        throws InterruptedException {
      return new Offsets(admin, TIMEOUT)
          .list(Offsets.partitions(topic, partitions), spec, IsolationLevel.READ_COMMITTED);
    }
  }

  long size() {
    return readUpTo(ends);
  }

  /** The number of offsets in the range that lie before {@code positions}. */
  long readUpTo(Map<TopicPartition, Long> positions) {
    long read = 0;
    for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
      long begin = begins.get(end.getKey());
      long position = positions.getOrDefault(end.getKey(), begin);
      read += Math.max(0, Math.min(position, end.getValue()) - begin);
    }
    return read;
  }
}
