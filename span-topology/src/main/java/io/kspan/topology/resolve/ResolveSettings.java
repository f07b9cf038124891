package io.kspan.topology.resolve;

import io.kspan.topology.Topics;
import java.util.Set;

/**
 * What resolve needs of the configuration.
 *
 * @param tasks number of input partitions, so of index and resolve tasks
 * @param latenessMillis {@link Long#MAX_VALUE} if nothing is decided before the end markers
 * @param dedupeWindowMillis how long a copy of an occurrence counts as one
 * @param deletedRetentionMillis how long lineage is kept after the deletion of its object
 * @param unseenLookbackMillis how long what events say about unseen objects is kept
 * @param missedDeletionDelayMillis how long after a complete list an object that it does not
 *     contain counts as deleted
 */
public record ResolveSettings(
    Topics topics,
    int tasks,
    long orphanWindowMillis,
    long latenessMillis,
    long idleGraceMillis,
    long dedupeWindowMillis,
    long deletedRetentionMillis,
    long unseenLookbackMillis,
    long missedDeletionDelayMillis,
    Set<String> boundaryKinds,
    Set<String> watchedKinds) {

  /** How long a copy counts as one; the whole log is one window. */
  long rememberedMillis() {
    return wholeLog() ? Long.MAX_VALUE : dedupeWindowMillis;
  }

  /** Whether nothing is decided before everything is known: then nobody has to hurry. */
  boolean wholeLog() {
    return latenessMillis == Long.MAX_VALUE;
  }
}
