package io.kspan.topology.rekey;

import io.kspan.topology.envelope.InputRecord;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.streams.processor.StreamPartitioner;

/** Records go to the partition of their key, progress to all (KIP-837). Thread-safe. */
public final class RekeyPartitioner implements StreamPartitioner<byte[], Rekeyed> {
  @Override
  public Optional<Set<Integer>> partitions(
      String topic, byte[] key, Rekeyed value, int numPartitions) {
    return value.record() instanceof InputRecord.Progress
        ? Optional.of(
            IntStream.range(0, numPartitions).boxed().collect(Collectors.toUnmodifiableSet()))
        : Optional.empty();
  }
}
