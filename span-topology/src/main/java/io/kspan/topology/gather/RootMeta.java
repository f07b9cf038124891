package io.kspan.topology.gather;

import io.kspan.topology.model.ChangeNotice;
import io.kspan.topology.model.WrittenChange;
import io.kspan.topology.model.WrittenGenerations;
import java.util.Map;

/**
 * The state of a root that outlives its sessions.
 *
 * @param closedUntilNanos end of the last written session, {@link Long#MIN_VALUE} without one
 * @param written generations that had a trace
 * @param nextCheckMillis when its timer fires, {@link #NO_TIMER} without one
 * @param begunUpTo the highest generation whose beginning was evaluated, {@link Long#MIN_VALUE}
 *     without one
 * @param failedSinceNanos start of the first change that failed since one succeeded, {@link
 *     ChangeNotice#NOT_FAILED} without one
 * @param provisionalMillis session time of the first occurrence of the session whose roots were
 *     written as provisional, {@link Long#MIN_VALUE} without one
 * @param open whether occurrences wait for the end of their session
 */
public record RootMeta(
    long closedUntilNanos,
    WrittenGenerations written,
    long nextCheckMillis,
    long begunUpTo,
    long failedSinceNanos,
    long provisionalMillis,
    boolean open) {

  static final long NO_TIMER = Long.MAX_VALUE;

  static RootMeta fresh() {
    return new RootMeta(
        Long.MIN_VALUE,
        WrittenGenerations.NONE,
        NO_TIMER,
        Long.MIN_VALUE,
        ChangeNotice.NOT_FAILED,
        Long.MIN_VALUE,
        false);
  }

  RootMeta withTimer(long millis) {
    return new RootMeta(
        closedUntilNanos, written, millis, begunUpTo, failedSinceNanos, provisionalMillis, open);
  }

  RootMeta begunUpTo(long generation) {
    return new RootMeta(
        closedUntilNanos,
        written,
        nextCheckMillis,
        generation,
        failedSinceNanos,
        provisionalMillis,
        open);
  }

  RootMeta failedSince(long nanos) {
    return new RootMeta(
        closedUntilNanos, written, nextCheckMillis, begunUpTo, nanos, provisionalMillis, open);
  }

  RootMeta provisional(long millis) {
    return new RootMeta(
        closedUntilNanos, written, nextCheckMillis, begunUpTo, failedSinceNanos, millis, open);
  }

  RootMeta withOpen(boolean isOpen) {
    return new RootMeta(
        closedUntilNanos,
        written,
        nextCheckMillis,
        begunUpTo,
        failedSinceNanos,
        provisionalMillis,
        isOpen);
  }

  /** The end of its last session. */
  long lastSessionEndMillis() {
    return Math.max(0, closedUntilNanos / 1_000_000);
  }

  RootMeta afterSession(long endNanos, Map<Long, WrittenChange> generations) {
    return new RootMeta(
        endNanos,
        written.and(generations),
        nextCheckMillis,
        begunUpTo,
        failedSinceNanos,
        provisionalMillis,
        open);
  }
}
