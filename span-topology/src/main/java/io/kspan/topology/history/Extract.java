package io.kspan.topology.history;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * The part of the input topics that a replay reads, as it was found when the replay began.
 *
 * <p>Immutable. Times are in milliseconds since 1970.
 *
 * @param begins where each input partition is read from
 * @param ends where it is read to, exclusive; never before its beginning
 * @param readFromMillis no event that was received earlier is read
 * @param readUntilMillis nothing is read that was received then or later
 * @param completeFromMillis every event received from then on is read; {@link Long#MIN_VALUE} if
 *     there never was one before the first that is read
 * @param completeUntilMillis everything received up to then is read
 */
record Extract(
    Map<TopicPartition, Long> begins,
    Map<TopicPartition, Long> ends,
    long readFromMillis,
    long readUntilMillis,
    long completeFromMillis,
    long completeUntilMillis) {

  Extract {
    begins = Map.copyOf(begins);
    ends = Map.copyOf(ends);
  }

  /** How many offsets there are to read. */
  long size() {
    return ends.entrySet().stream().mapToLong(e -> e.getValue() - begins.get(e.getKey())).sum();
  }

  /** How many of them lie before these positions. */
  long readUpTo(Map<TopicPartition, Long> positions) {
    return ends.entrySet().stream()
        .mapToLong(
            end -> {
              long begin = begins.get(end.getKey());
              long position = positions.getOrDefault(end.getKey(), begin);
              return Math.max(0, Math.min(position, end.getValue()) - begin);
            })
        .sum();
  }
}
