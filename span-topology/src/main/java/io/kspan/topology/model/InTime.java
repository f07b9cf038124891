package io.kspan.topology.model;

import java.util.ArrayList;
import java.util.Arrays;
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
    List<T> unsorted = new ArrayList<>(items);
    long[] times = unsorted.stream().mapToLong(time).toArray();
    long first = Arrays.stream(times).min().orElse(0);
    long last = Arrays.stream(times).max().orElse(0);
    int indexBits = Long.SIZE - Long.numberOfLeadingZeros(times.length);
    boolean fits = last - first >= 0 && last - first <= Long.MAX_VALUE >> indexBits;
    return fits
        ? sortedByNumber(unsorted, times, first, indexBits, order)
        : sortedByComparison(unsorted, times, order);
  }

  /** Time and index in one number: nothing is fetched from memory to compare two. */
  private static <T> List<T> sortedByNumber(
      List<T> unsorted, long[] times, long first, int indexBits, Comparator<T> order) {
    long[] keys = new long[times.length];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = times[i] - first << indexBits | i;
    }
    Arrays.sort(keys);
    List<T> sorted = new ArrayList<>(keys.length);
    int begin = 0;
    for (int i = 0; i < keys.length; i++) {
      sorted.add(unsorted.get((int) (keys[i] & (1L << indexBits) - 1)));
      boolean lastOfTime = i + 1 == keys.length || keys[i] >> indexBits != keys[i + 1] >> indexBits;
      if (lastOfTime) {
        if (begin < i) {
          sorted.subList(begin, i + 1).sort(order);
        }
        begin = i + 1;
      }
    }
    return sorted;
  }

  private static <T> List<T> sortedByComparison(
      List<T> unsorted, long[] times, Comparator<T> order) {
    List<Timed<T>> timed = new ArrayList<>(times.length);
    for (int i = 0; i < times.length; i++) {
      timed.add(new Timed<>(times[i], unsorted.get(i)));
    }
    timed.sort(
        (a, b) ->
            a.time() != b.time()
                ? Long.compare(a.time(), b.time())
                : order.compare(a.item(), b.item()));
    List<T> sorted = new ArrayList<>(times.length);
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
