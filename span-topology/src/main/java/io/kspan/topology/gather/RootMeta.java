package io.kspan.topology.gather;

import io.kspan.topology.model.WrittenChange;
import io.kspan.topology.model.WrittenGenerations;
import java.util.Map;

/**
 * The state of a root that outlives its sessions.
 *
 * @param closedUntilNanos end of the last written session, {@link Long#MIN_VALUE} without one
 * @param written generations that had a trace
 * @param nextCheckMillis when its timer fires, {@link #NO_TIMER} without one
 */
public record RootMeta(long closedUntilNanos, WrittenGenerations written, long nextCheckMillis) {

  static final long NO_TIMER = Long.MAX_VALUE;

  static RootMeta fresh() {
    return new RootMeta(Long.MIN_VALUE, WrittenGenerations.NONE, NO_TIMER);
  }

  RootMeta withTimer(long millis) {
    return new RootMeta(closedUntilNanos, written, millis);
  }

  /** The end of its last session. */
  long lastKnownMillis() {
    return Math.max(0, closedUntilNanos / 1_000_000);
  }

  RootMeta afterSession(long endNanos, Map<Long, WrittenChange> generations) {
    return new RootMeta(endNanos, written.and(generations), nextCheckMillis);
  }
}
