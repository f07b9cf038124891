package io.kspan.topology.resolve;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.streams.processor.StreamPartitioner;

/**
 * Items go to the partition of their root, watermarks to all (KIP-837).
 *
 * <p>Thread-safe.
 */
public final class GatherPartitioner implements StreamPartitioner<String, Resolved> {
  /** Key of watermarks: no root's key, since those contain a slash. */
  static final String EVERYWHERE = "watermark";

  @Override
  public Optional<Set<Integer>> partitions(
      String topic, String key, Resolved value, int numPartitions) {
    return EVERYWHERE.equals(key)
        ? Optional.of(
            IntStream.range(0, numPartitions).boxed().collect(Collectors.toUnmodifiableSet()))
        : Optional.empty();
  }
}
