package io.kspan.topology.gather;

import java.util.Map;
import java.util.TreeMap;

/**
 * What is kept of a root between its sessions.
 *
 * @param closedUntilNanos end of the last written session, {@link Long#MIN_VALUE} without one
 * @param written generations that had a trace, and whether it was the change itself
 * @param nextCheckMillis when its timer fires, {@link #NO_TIMER} without one
 */
public record RootMeta(long closedUntilNanos, Map<Long, Boolean> written, long nextCheckMillis) {

  static final long NO_TIMER = Long.MAX_VALUE;

  public RootMeta {
    written = new TreeMap<>(written);
  }

  static RootMeta fresh() {
    return new RootMeta(Long.MIN_VALUE, Map.of(), NO_TIMER);
  }

  RootMeta withTimer(long millis) {
    return new RootMeta(closedUntilNanos, written, millis);
  }

  /** The end of its last session. */
  long lastKnownMillis() {
    return Math.max(0, closedUntilNanos / 1_000_000);
  }

  RootMeta afterSession(long endNanos, Map<Long, Boolean> generations) {
    Map<Long, Boolean> all = new TreeMap<>(written);
    generations.forEach((generation, change) -> all.merge(generation, change, Boolean::logicalOr));
    return new RootMeta(endNanos, all, nextCheckMillis);
  }
}
