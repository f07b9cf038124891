package io.kspan.topology.assemble;

import io.kspan.topology.model.ObjectSnapshot;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a session may know of the snapshots that are there: not what came later, and not what may
 * have been forgotten before it, whether it has or not.
 */
public final class Memory {
  /**
   * How far before a session its rules reach: an event names a resourceVersion of up to 5 min
   * before (trace-model 4), every other margin is smaller. In nanoseconds.
   */
  public static final long REACH_NANOS = Duration.ofMinutes(5).toNanos();

  private Memory() {}

  /**
   * The snapshots that count for {@code closed}.
   *
   * @param snapshots by receipt
   */
  static List<ObjectSnapshot> of(
      List<ObjectSnapshot> snapshots, String rootUid, Sessions.Closed closed) {
    boolean wholeLog = closed.knownUntilNanos() == Times.NEVER;
    Set<String> forgotten = new HashSet<>();
    if (!wholeLog) {
      for (ObjectSnapshot snapshot : snapshots) {
        boolean longAgo =
            Times.ofMillis(snapshot.receiptMillis()) < closed.startNanos() - REACH_NANOS;
        if (snapshot.deleted() && longAgo && !snapshot.uid().equals(rootUid)) {
          forgotten.add(snapshot.uid());
        }
      }
    }
    return snapshots.stream()
        .filter(s -> Times.ofMillis(s.receiptMillis()) <= closed.knownUntilNanos())
        .filter(s -> !forgotten.contains(s.uid()))
        .toList();
  }
}
