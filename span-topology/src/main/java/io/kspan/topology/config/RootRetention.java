package io.kspan.topology.config;

import io.kspan.topology.assemble.SnapshotRetention;
import org.apache.kafka.common.config.ConfigException;

/** A root must not be forgotten while a session of it can still ask what was before. Stateless. */
final class RootRetention {
  private RootRetention() {}

  /**
   * Does nothing if a session of the longest duration, and all that the rules can ask about it, is
   * over by then.
   *
   * @throws ConfigException naming both values and the remedy
   */
  static void check(long retentionMillis, long maxDurationMillis) {
    if (retentionMillis - SnapshotRetention.REACH_MILLIS < maxDurationMillis) {
      throw new ConfigException(
          TopologyConfig.ROOT_RETENTION_CONFIG,
          retentionMillis,
          "must be at least %d above %s (%d); raise the one or lower the other"
              .formatted(
                  SnapshotRetention.REACH_MILLIS,
                  TopologyConfig.MAX_DURATION_CONFIG,
                  maxDurationMillis));
    }
  }
}
