package io.kspan.topology.place;

import io.kspan.topology.wire.GatherItem;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.processor.StreamPartitioner;

/** Items go to the partition of their root, a watermark to the one that it names. Thread-safe. */
public final class GatherPartitioner implements StreamPartitioner<String, GatherItem> {
  @Override
  public Optional<Set<Integer>> partitions(
      String topic, String key, GatherItem value, int numPartitions) {
    return value instanceof GatherItem.Watermark watermark
        ? Optional.of(Set.of(watermark.partition()))
        : Optional.empty();
  }
}
