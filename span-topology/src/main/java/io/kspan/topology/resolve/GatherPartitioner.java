package io.kspan.topology.resolve;

import io.kspan.topology.wire.GatherItem;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.streams.processor.StreamPartitioner;

/**
 * Items go to the partition of their root; what concerns all roots goes to all (KIP-837).
 *
 * <p>Thread-safe.
 */
public final class GatherPartitioner implements StreamPartitioner<String, GatherItem> {
  /** Key of what goes to all: no root's key, since those contain a separator. */
  static final String EVERYWHERE = "everywhere";

  @Override
  public Optional<Set<Integer>> partitions(
      String topic, String key, GatherItem value, int numPartitions) {
    return EVERYWHERE.equals(key)
        ? Optional.of(
            IntStream.range(0, numPartitions).boxed().collect(Collectors.toUnmodifiableSet()))
        : Optional.empty();
  }
}
