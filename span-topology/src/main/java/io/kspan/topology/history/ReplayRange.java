package io.kspan.topology.history;

import io.kspan.topology.config.TopologyConfig;
import io.kspan.topology.model.FinishedSpan;
import io.kspan.topology.model.ObjectReference;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.config.ConfigException;

/**
 * Which traces a replay is asked for: those that lie in a range of time, as their root spans say,
 * of one cluster and namespace if wanted. All times are in milliseconds since 1970.
 *
 * <p>Immutable. To give such a trace the same bytes as the live run, more is read than the range:
 * before it, what the rules look back to; after it, what a session that begins in it may still
 * hold.
 *
 * @param fromMillis inclusive
 * @param toMillis exclusive; {@link Long#MAX_VALUE} for everything there is
 * @param cluster null for all
 * @param namespace of the root; null for all
 */
public record ReplayRange(long fromMillis, long toMillis, String cluster, String namespace) {

  /**
   * A range.
   *
   * @throws ConfigException if it is empty
   */
  public ReplayRange {
    if (toMillis <= fromMillis) {
      throw new ConfigException("--to must be later than --from");
    }
  }

  /** From when on events are read. */
  long readFromMillis(TopologyConfig config) {
    return Math.max(0, fromMillis - config.replayLookbackMillis());
  }

  /**
   * Up to when objects and events are read: every session that begins in the range is over then.
   * {@link Long#MAX_VALUE} without end.
   */
  long readUntilMillis(TopologyConfig config) {
    long ahead =
        maxDurationMillis(config) + config.orphanWindowMillis() + config.latenessMillis() + 1;
    return toMillis > Long.MAX_VALUE - ahead ? Long.MAX_VALUE : toMillis + ahead;
  }

  private static long maxDurationMillis(TopologyConfig config) {
    return TimeUnit.NANOSECONDS.toMillis(config.traceSettings().maxDurationNanos());
  }

  /** Whether a trace with this root span lies in the range at least in part. */
  boolean touches(FinishedSpan root) {
    return root.endEpochNanos() >= nanos(fromMillis) && root.startEpochNanos() < nanos(toMillis);
  }

  boolean startsBefore(FinishedSpan root) {
    return root.startEpochNanos() < nanos(fromMillis);
  }

  boolean endsAfter(FinishedSpan root) {
    return root.endEpochNanos() >= nanos(toMillis);
  }

  boolean isOfCluster(String name) {
    return cluster == null || cluster.equals(name);
  }

  boolean isRootWanted(ObjectReference root) {
    return namespace == null || namespace.equals(root.namespace());
  }

  /**
   * Whether an object can belong to a wanted root: owners are in the namespace of what they own, or
   * in none.
   */
  boolean canBeOfNamespace(ObjectReference object) {
    return namespace == null
        || object.namespace().isEmpty()
        || namespace.equals(object.namespace());
  }

  static long nanos(long millis) {
    return millis == Long.MAX_VALUE ? millis : TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
