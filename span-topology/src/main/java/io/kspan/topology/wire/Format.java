package io.kspan.topology.wire;

/**
 * How values of one type are written. Stateless and thread-safe.
 *
 * @param <T> the type
 */
interface Format<T> {
  void write(T value, WireOutput out);

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws org.apache.kafka.common.errors.SerializationException if that is something else
   */
  T read(WireInput in);
}
