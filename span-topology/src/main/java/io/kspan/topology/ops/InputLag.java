package io.kspan.topology.ops;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.ThreadMetadata;

/**
 * How far this instance is behind the ends of its input partitions.
 *
 * <p>Thread-safe.
 */
public final class InputLag {
  private final Supplier<KafkaStreams> client;
  private final Supplier<InputEnds> ends;

  /**
   * @param client gives null while there is none
   * @param ends gives null before the start
   */
  public InputLag(Supplier<KafkaStreams> client, Supplier<InputEnds> ends) {
    this.client = client;
    this.ends = ends;
  }

  /** Records not processed yet by input partition; only of those whose end is known. */
  Map<TopicPartition, Long> ofThisInstance() {
    Map<TopicPartition, Long> lags = new TreeMap<>(InputLag::compare);
    InputEnds asked = ends.get();
    if (asked != null) {
      Map<TopicPartition, Long> all = asked.lags();
      assigned().filter(all::containsKey).forEach(p -> lags.put(p, all.get(p)));
    }
    return lags;
  }

  /** Whether the lags of the group are known. */
  boolean isKnown() {
    InputEnds asked = ends.get();
    return asked != null && !asked.lags().isEmpty();
  }

  /** The input partition that is furthest behind, if there is any. */
  Optional<Map.Entry<TopicPartition, Long>> worst() {
    return ofThisInstance().entrySet().stream().max(Map.Entry.comparingByValue());
  }

  private Stream<TopicPartition> assigned() {
    KafkaStreams streams = client.get();
    return streams == null
        ? Stream.of()
        : streams.metadataForLocalThreads().stream().flatMap(InputLag::assigned);
  }

  private static Stream<TopicPartition> assigned(ThreadMetadata thread) {
    return thread.activeTasks().stream().flatMap(task -> task.topicPartitions().stream());
  }

  private static int compare(TopicPartition one, TopicPartition other) {
    int byTopic = one.topic().compareTo(other.topic());
    return byTopic != 0 ? byTopic : Integer.compare(one.partition(), other.partition());
  }
}
