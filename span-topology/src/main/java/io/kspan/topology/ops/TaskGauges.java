package io.kspan.topology.ops;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where the tasks of this instance are now, as they said when they looked last.
 *
 * <p>Thread-safe.
 */
public final class TaskGauges {
  private final Map<Integer, Resolve> resolve = new ConcurrentHashMap<>();
  private final Map<Integer, Gather> gather = new ConcurrentHashMap<>();

  /**
   * A resolve task.
   *
   * @param watermark what it has read
   * @param heldMillis by how much what it tells gather is behind that
   * @param orphans how many items wait for an owner, by kind
   */
  record Resolve(Watermark watermark, long heldMillis, Map<String, Long> orphans) {}

  /**
   * A gather task.
   *
   * @param watermark what all resolve tasks have decided
   * @param openRoots roots with open occurrences
   */
  record Gather(Watermark watermark, long openRoots) {}

  /**
   * A watermark.
   *
   * @param millis {@link Long#MIN_VALUE} if there is none yet, {@link Long#MAX_VALUE} after the end
   * @param sinceMillis when the task first looked
   */
  record Watermark(long millis, long sinceMillis) {

    boolean isEnded() {
      return millis == Long.MAX_VALUE;
    }

    /** A task without a watermark is behind for as long as it has been here. */
    double lagSeconds(long nowMillis) {
      long from = millis == Long.MIN_VALUE ? sinceMillis : millis;
      return Math.max(0, nowMillis - from) / 1000.0;
    }
  }

  /** A resolve task has looked. */
  public void resolve(
      int partition, long nowMillis, long readMillis, long decidedMillis, Map<String, Long> held) {
    boolean waits = decidedMillis != Long.MIN_VALUE && decidedMillis < readMillis;
    // After the end markers the distance to the last item means nothing.
    long heldMillis = waits && readMillis != Long.MAX_VALUE ? readMillis - decidedMillis : 0;
    resolve.compute(
        partition,
        (key, before) ->
            new Resolve(
                new Watermark(
                    readMillis, before == null ? nowMillis : before.watermark().sinceMillis()),
                heldMillis,
                Map.copyOf(held)));
  }

  /** A gather task has looked. */
  public void gather(int partition, long nowMillis, long watermarkMillis, long openRoots) {
    gather.compute(
        partition,
        (key, before) ->
            new Gather(
                new Watermark(
                    watermarkMillis, before == null ? nowMillis : before.watermark().sinceMillis()),
                openRoots));
  }

  /** A resolve task is another instance's now. */
  public void resolveClosed(int partition) {
    resolve.remove(partition);
  }

  /** A gather task is another instance's now. */
  public void gatherClosed(int partition) {
    gather.remove(partition);
  }

  Map<Integer, Resolve> resolve() {
    return Map.copyOf(resolve);
  }

  /** How many items wait for an owner in all tasks, by kind. */
  Map<String, Long> orphans() {
    Map<String, Long> sums = new HashMap<>();
    resolve.values().forEach(task -> task.orphans().forEach((k, n) -> sums.merge(k, n, Long::sum)));
    return sums;
  }

  Map<Integer, Gather> gather() {
    return Map.copyOf(gather);
  }
}
