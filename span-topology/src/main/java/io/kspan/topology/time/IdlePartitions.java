package io.kspan.topology.time;

/**
 * Which input partitions have been read to their end.
 *
 * <p>Thread-safe. A partition that is merely silent for a while is not at its end: only the
 * broker's end offset tells.
 */
public interface IdlePartitions {

  /** Asks no broker: no partition ever counts as idle. */
  IdlePartitions NONE = (topic, partition) -> Watermark.NONE;

  /**
   * When the partition was last seen read to its end, in milliseconds since 1970; {@link
   * Watermark#NONE} if the last answer was that it is not, {@link Watermark#END_OF_INPUT} if
   * nothing can follow.
   */
  long idleSince(String topic, int partition);
}
