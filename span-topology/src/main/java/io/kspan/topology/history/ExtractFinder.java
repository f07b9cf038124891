package io.kspan.topology.history;

import io.kspan.topology.Topics;
import io.kspan.topology.config.TopologyConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * Asks the brokers which offsets a range of time covers.
 *
 * <p>The objects topic is read from its beginning: compacted, it is the history of what exists.
 * Events are looked up by the timestamps of their records, which are receipts.
 */
final class ExtractFinder {
  private static final int ANSWER_SECONDS = 30;
  private static final long NONE = -1;

  private final Admin admin;
  private final TopologyConfig config;
  private final int partitions;

  /** Looks at the inputs among the topics of {@code config}. */
  ExtractFinder(Admin admin, TopologyConfig config, int partitions) {
    this.admin = admin;
    this.config = config;
    this.partitions = partitions;
  }

  /**
   * What to read for {@code range}.
   *
   * @param nowMillis the time of asking: what was received shortly before may still be on its way
   * @throws IllegalStateException when the brokers do not answer
   */
  Extract find(ReplayRange range, long nowMillis) throws InterruptedException {
    Topics topics = config.topics();
    long readFrom = range.readFromMillis(config);
    long readUntil = range.readUntilMillis(config);
    // Records may be that late, so the first that was received later is not the first too late.
    long endStamp =
        readUntil == Long.MAX_VALUE ? Long.MAX_VALUE : readUntil + config.latenessMillis();
    var firstObjects = offsets(topics.objects(), OffsetSpec.earliest());
    var firstEvents = offsets(topics.events(), OffsetSpec.earliest());
    var events = offsets(topics.events(), OffsetSpec.forTimestamp(readFrom));
    Map<TopicPartition, Long> ends = ends(topics.objects(), endStamp);
    ends.putAll(ends(topics.events(), endStamp));

    Map<TopicPartition, Long> begins = new HashMap<>();
    firstObjects.forEach(
        (partition, first) -> begins.put(partition, Math.min(first.offset(), ends.get(partition))));
    long completeFrom = Long.MIN_VALUE;
    for (Map.Entry<TopicPartition, ListOffsetsResultInfo> first : firstEvents.entrySet()) {
      TopicPartition partition = first.getKey();
      ListOffsetsResultInfo found = events.get(partition);
      long end = ends.get(partition);
      begins.put(partition, found.offset() == NONE ? end : Math.min(found.offset(), end));
      if (begins.get(partition) > 0) {
        boolean lost = found.offset() == first.getValue().offset();
        completeFrom = Math.max(completeFrom, lost ? found.timestamp() : readFrom);
      }
    }
    return new Extract(
        begins,
        ends,
        readFrom,
        readUntil,
        completeFrom,
        Math.min(readUntil, nowMillis - config.idleGraceMillis()));
  }

  private Map<TopicPartition, Long> ends(String topic, long stampMillis)
      throws InterruptedException {
    Map<TopicPartition, Long> ends = new HashMap<>();
    offsets(topic, OffsetSpec.latest()).forEach((p, latest) -> ends.put(p, latest.offset()));
    if (stampMillis != Long.MAX_VALUE) {
      offsets(topic, OffsetSpec.forTimestamp(stampMillis))
          .forEach(
              (p, later) -> {
                if (later.offset() != NONE) {
                  ends.merge(p, later.offset(), Math::min);
                }
              });
    }
    return ends;
  }

  private Map<TopicPartition, ListOffsetsResultInfo> offsets(String topic, OffsetSpec spec)
      throws InterruptedException {
    Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
    for (int partition = 0; partition < partitions; partition++) {
      wanted.put(new TopicPartition(topic, partition), spec);
    }
    try {
      return admin
          .listOffsets(wanted, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
          .all()
          .get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "cannot look up offsets of " + topic + ": " + e.getCause().getMessage(), e);
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "no answer about the offsets of " + topic + " within " + ANSWER_SECONDS + " s", e);
    }
  }
}
