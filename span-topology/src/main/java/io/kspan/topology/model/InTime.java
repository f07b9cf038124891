package io.kspan.topology.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.function.ToLongFunction;

/**
 * Sorts and searches large logs by a time. Each record is asked for its time once: a comparator
 * would fetch it from memory again for every comparison, which is what sorting a hundred thousand
 * of them costs.
 *
 * <p>Stateless.
 */
public final class InTime {
  private record Timed<T>(long time, T item) {}

  private InTime() {}

  /**
   * A new, mutable list.
   *
   * @param order of the same items, asked only when two times are equal
   */
  public static <T> List<T> sorted(
      Collection<T> items, ToLongFunction<T> time, Comparator<T> order) {
    List<Timed<T>> timed = new ArrayList<>(items.size());
    items.forEach(item -> timed.add(new Timed<>(time.applyAsLong(item), item)));
    timed.sort(
        (a, b) ->
            a.time() != b.time()
                ? Long.compare(a.time(), b.time())
                : order.compare(a.item(), b.item()));
    List<T> sorted = new ArrayList<>(items.size());
    timed.forEach(t -> sorted.add(t.item()));
    return sorted;
  }

  /**
   * The index of the first item at {@code timeNanos} or later; the size of the list without one.
   *
   * @param sorted by time
   */
  public static <T> int firstNotBefore(List<T> sorted, ToLongFunction<T> time, long timeNanos) {
    return firstNotBefore(sorted.size(), index -> time.applyAsLong(sorted.get(index)), timeNanos);
  }

  /** The index of the first time at {@code timeNanos} or later; the length without one. */
  public static int firstNotBefore(long[] sorted, long timeNanos) {
    return firstNotBefore(sorted.length, index -> sorted[index], timeNanos);
  }

  private static int firstNotBefore(int size, IntToLongFunction time, long timeNanos) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (time.applyAsLong(middle) < timeNanos) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
