package io.kspan.topology.ops;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/**
 * Reads positions of groups and ends of partitions, for everything in this application that needs
 * them. Each method is one request.
 *
 * <p>Thread-safe. A request that fails, or takes longer than its time, throws {@link
 * UnansweredException}.
 */
public final class Offsets {
  private final Admin admin;
  private final Duration timeout;

  /** Reads through {@code admin}, which stays open. */
  public Offsets(Admin admin, Duration timeout) {
    this.admin = admin;
    this.timeout = timeout;
  }

  /** The partitions of a topic. */
  public static List<TopicPartition> partitions(String topic, int count) {
    return IntStream.range(0, count).mapToObj(i -> new TopicPartition(topic, i)).toList();
  }

  /** Where a group goes on after a restart; only the partitions for which it has a position. */
  public Map<TopicPartition, Long> committed(String group) throws InterruptedException {
    Optional<Map<TopicPartition, OffsetAndMetadata>> committed =
        Brokers.answerUnless(
            admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata(),
            timeout,
            GroupIdNotFoundException.class);
    Map<TopicPartition, Long> positions = new HashMap<>();
    committed
        .orElse(Map.of())
        .forEach(
            (partition, position) -> {
              if (position != null) {
                positions.put(partition, position.offset());
              }
            });
    return positions;
  }

  /** The first offset of each partition. */
  public Map<TopicPartition, Long> starts(Collection<TopicPartition> partitions)
      throws InterruptedException {
    return offsets(list(partitions, OffsetSpec.earliest(), IsolationLevel.READ_COMMITTED));
  }

  /** The end of each partition, as a consumer of committed records sees it. */
  public Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions)
      throws InterruptedException {
    return offsets(list(partitions, OffsetSpec.latest(), IsolationLevel.READ_COMMITTED));
  }

  /** Offsets and timestamps of the records that {@code which} selects. */
  public Map<TopicPartition, ListOffsetsResultInfo> list(
      Collection<TopicPartition> partitions, OffsetSpec which, IsolationLevel isolation)
      throws InterruptedException {
    return Brokers.answer(
        admin
            .listOffsets(
                partitions.stream().collect(Collectors.toMap(Function.identity(), p -> which)),
                new ListOffsetsOptions(isolation))
            .all(),
        timeout);
  }

  private static Map<TopicPartition, Long> offsets(
      Map<TopicPartition, ListOffsetsResultInfo> infos) {
    return infos.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, info -> info.getValue().offset()));
  }

  /** The newest timestamp in any of the partitions, in milliseconds; empty without records. */
  public Optional<Long> newestMillis(Collection<TopicPartition> partitions)
      throws InterruptedException {
    return list(partitions, OffsetSpec.maxTimestamp(), IsolationLevel.READ_UNCOMMITTED)
        .values()
        .stream()
        .map(ListOffsetsResultInfo::timestamp)
        .filter(millis -> millis >= 0)
        .max(Long::compare);
  }

  /**
   * What a group has left of each partition; of one without a position, everything. Positions are
   * read first: an end that is read later can only be larger.
   */
  public Map<TopicPartition, Long> lags(String group, Collection<TopicPartition> partitions)
      throws InterruptedException {
    Map<TopicPartition, Long> committed = committed(group);
    Map<TopicPartition, Long> starts = starts(partitions);
    Map<TopicPartition, Long> lags = new HashMap<>();
    ends(partitions)
        .forEach(
            (partition, end) -> {
              long read = committed.getOrDefault(partition, starts.get(partition));
              lags.put(partition, Math.max(0, end - read));
            });
    return lags;
  }
}
