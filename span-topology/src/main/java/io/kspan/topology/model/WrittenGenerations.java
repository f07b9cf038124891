package io.kspan.topology.model;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which generations of a root had a trace in an earlier session (trace-model 5.5).
 *
 * <p>Immutable. Only the newest generations are kept one by one, so that the record of a root that
 * changes for years does not grow.
 *
 * @param newest each of the newest generations that had a trace
 * @param allUpTo every generation up to this one counts as one that had; {@link Long#MIN_VALUE}
 *     without
 */
public record WrittenGenerations(SortedMap<Long, WrittenChange> newest, long allUpTo) {
  /** No session was written yet. */
  public static final WrittenGenerations NONE =
      new WrittenGenerations(Collections.emptySortedMap(), Long.MIN_VALUE);

  private static final int MAX_NEWEST = 32;

  public WrittenGenerations {
    newest = Collections.unmodifiableSortedMap(new TreeMap<>(newest));
  }

  /** Whether {@code generation} had a trace, as change or activity. */
  public boolean contains(long generation) {
    return generation <= allUpTo || newest.containsKey(generation);
  }

  /** Its change trace; {@link WrittenChange#NONE} if it had none or is not among the newest. */
  public WrittenChange changeOf(long generation) {
    return newest.getOrDefault(generation, WrittenChange.NONE);
  }

  /** These, and those of one more session. */
  public WrittenGenerations and(Map<Long, WrittenChange> session) {
    TreeMap<Long, WrittenChange> all = new TreeMap<>(newest);
    session.forEach((generation, change) -> all.merge(generation, change, WrittenChange::or));
    long older = allUpTo;
    while (all.size() > MAX_NEWEST) {
      older = Math.max(older, all.pollFirstEntry().getKey());
    }
    return new WrittenGenerations(all, older);
  }
}
