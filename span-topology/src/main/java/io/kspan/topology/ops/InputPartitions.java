package io.kspan.topology.ops;

/** How many partitions the input topics have; as many each, unless records are re-keyed. */
public record InputPartitions(int objects, int events) {

  /** Both have {@code partitions}. */
  public static InputPartitions equal(int partitions) {
    return new InputPartitions(partitions, partitions);
  }

  /** How many tasks each stage has. */
  public int tasks() {
    return Math.max(objects, events);
  }
}
