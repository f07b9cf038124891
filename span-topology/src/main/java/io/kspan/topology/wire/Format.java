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

  /**
   * What a record has that was written before there was this field.
   *
   * @param number declared for it, by whoever has a use for a number
   */
  default T absent(long number) {
    return null;
  }
}
