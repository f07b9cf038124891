package io.kspan.topology.history;

import io.kspan.topology.config.TopologyConfig;
import io.kspan.topology.model.FinishedSpan;
import io.kspan.topology.model.ObjectReference;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.config.ConfigException;

/**
 * The traces to replay: those whose root span touches a range of time, optionally of one cluster
 * and namespace only. Times are in milliseconds since 1970.
 *
 * <p>Immutable. A replay reads more than the range, so that a trace in it gets the same bytes as
 * the live one: before it as far as the rules look back, after it as long as a session can last.
 *
 * @param fromMillis inclusive
 * @param toMillis exclusive; {@link Long#MAX_VALUE} for no end
 * @param cluster null for all
 * @param namespace of the root; null for all
 */
public record ReplayRange(long fromMillis, long toMillis, String cluster, String namespace) {

  /** Throws a {@link ConfigException} if the range is empty. */
  public ReplayRange {
    if (toMillis <= fromMillis) {
      throw new ConfigException("--to must be later than --from");
    }
  }

  /** The receipt of the first event that is read. */
  long readFromMillis(TopologyConfig config) {
    return Math.max(0, fromMillis - config.replayLookbackMillis());
  }

  /** The receipt behind the last record that is read; {@link Long#MAX_VALUE} for no end. */
  long readUntilMillis(TopologyConfig config) {
    long maxDuration = TimeUnit.NANOSECONDS.toMillis(config.traceSettings().maxDurationNanos());
    long ahead = maxDuration + config.orphanWindowMillis() + config.latenessMillis() + 1;
    return toMillis > Long.MAX_VALUE - ahead ? Long.MAX_VALUE : toMillis + ahead;
  }

  boolean touches(FinishedSpan root) {
    return root.endEpochNanos() >= nanos(fromMillis) && root.startEpochNanos() < nanos(toMillis);
  }

  boolean startsBefore(FinishedSpan root) {
    return root.startEpochNanos() < nanos(fromMillis);
  }

  boolean endsAfter(FinishedSpan root) {
    return root.endEpochNanos() >= nanos(toMillis);
  }

  boolean includesCluster(String name) {
    return cluster == null || cluster.equals(name);
  }

  boolean includesRoot(ObjectReference root) {
    return namespace == null || namespace.equals(root.namespace());
  }

  /** Owners are in the namespace of the objects that they own, or in none. */
  boolean canBelongToRoot(ObjectReference object) {
    return object.namespace().isEmpty() || includesRoot(object);
  }

  static long nanos(long millis) {
    return millis == Long.MAX_VALUE ? millis : TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
