package io.kspan.topology.resolve;

/**
 * Which input partitions have been read to their end.
 *
 * <p>Thread-safe. A partition that is merely silent for a while is not at its end: only the
 * broker's end offset tells.
 */
public interface IdlePartitions {

  /** Nobody asks the broker: no partition ever counts as idle. */
  IdlePartitions NONE = (topic, partition) -> Long.MIN_VALUE;

  /**
   * When the partition was last found read to its end, in milliseconds since 1970; {@link
   * Long#MIN_VALUE} if it was not at the last look, {@link Long#MAX_VALUE} if nothing can follow.
   */
  long idleSince(String topic, int partition);
}
