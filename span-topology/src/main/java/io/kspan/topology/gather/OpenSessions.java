package io.kspan.topology.gather;

import io.kspan.topology.assemble.Sessions;
import io.kspan.topology.assemble.TraceSettings;
import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.RootLog;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/**
 * Until when the first open session of a root cannot be over. A busy root is not evaluated before,
 * since each evaluation reads all of its items.
 *
 * <p>A session whose occurrences follow each other within the shortest quiet time lasts at least
 * that long after the last of them, unless it fails or becomes too long (trace-model 5.2). Held in
 * memory only: a root that is unknown here is evaluated, which costs time but changes nothing.
 *
 * <p>Not thread-safe.
 */
final class OpenSessions {
  private static final int MAX_BEGINNING = 1_000;

  private final long quietMillis;
  private final long failingMillis;
  private final long maxDurationMillis;
  private final int maxOccurrences;
  private final Map<String, Run> runs = new HashMap<>();
  private final Set<String> openRoots = new HashSet<>();

  OpenSessions(TraceSettings settings) {
    long quietNanos =
        Math.min(
            settings.settleNanos(),
            Math.min(settings.settleUnknownNanos(), settings.inactivityNanos()));
    this.quietMillis = TimeUnit.NANOSECONDS.toMillis(quietNanos);
    this.failingMillis = TimeUnit.NANOSECONDS.toMillis(settings.failingNanos());
    this.maxOccurrences = settings.maxOccurrences();
    this.maxDurationMillis = TimeUnit.NANOSECONDS.toMillis(settings.maxDurationNanos());
  }

  /**
   * Occurrences that follow each other closely.
   *
   * @param fromMillis session time of the first
   * @param untilMillis the quiet time after the last
   * @param mayFail whether an object of the tree may be failing
   * @param size how many there are
   */
  private record Run(long fromMillis, long untilMillis, boolean mayFail, int size) {}

  /** The least time for which the state of any root must have been quiet. */
  long quietMillis() {
    return quietMillis;
  }

  /** Notes an occurrence; without effect until the root has been evaluated. */
  void occurred(String rootKey, EventOccurrence event, RootMeta meta) {
    openRoots.add(rootKey);
    long millis = sessionMillis(event, meta.closedUntilNanos());
    runs.computeIfPresent(rootKey, (key, run) -> extended(run, millis));
  }

  private Run extended(Run run, long millis) {
    if (millis < run.fromMillis() - quietMillis) {
      return new Run(millis, millis + quietMillis, run.mayFail(), 1);
    }
    if (millis >= run.untilMillis()) {
      return run;
    }
    return new Run(
        Math.min(run.fromMillis(), millis),
        Math.max(run.untilMillis(), millis + quietMillis),
        run.mayFail(),
        run.size() + 1);
  }

  /** Notes that an object of the tree is failing. */
  void failing(String rootKey) {
    runs.computeIfPresent(
        rootKey, (key, run) -> new Run(run.fromMillis(), run.untilMillis(), true, run.size()));
  }

  /** Has the root evaluated when its next timer is due, because a change may begin. */
  void begins(String rootKey) {
    // A root that changes again and again in a storm is evaluated as seldom as before.
    runs.computeIfPresent(rootKey, (key, run) -> run.size() > MAX_BEGINNING ? run : null);
  }

  /** How many roots have open occurrences, as far as they are known here. */
  long openRoots() {
    return openRoots.size();
  }

  /** Before this moment no session of the root is over; {@link Long#MIN_VALUE} if unknown. */
  long notOverBefore(String rootKey) {
    Run run = runs.get(rootKey);
    if (run == null || run.size() > maxOccurrences) {
      return Long.MIN_VALUE;
    }
    long longest = run.mayFail() ? Math.min(failingMillis, maxDurationMillis) : maxDurationMillis;
    return Math.min(run.untilMillis(), run.fromMillis() + longest);
  }

  /** Session time of the first open occurrence; {@link Long#MAX_VALUE} if unknown. */
  long sinceMillis(String rootKey) {
    Run run = runs.get(rootKey);
    return run == null ? Long.MAX_VALUE : run.fromMillis();
  }

  /** Starts again with the occurrences that an evaluation left open. */
  void evaluated(String rootKey, RootLog rest, RootMeta meta) {
    long[] times = times(rest, meta).sorted().toArray();
    if (times.length == 0) {
      openRoots.remove(rootKey);
      runs.remove(rootKey);
      return;
    }
    openRoots.add(rootKey);
    boolean mayFail = rest.snapshots().stream().anyMatch(ObjectSnapshot::failing);
    Run run = new Run(times[0], times[0] + quietMillis, mayFail, 0);
    for (long millis : times) {
      run = extended(run, millis);
    }
    runs.put(rootKey, run);
  }

  /** Session time of the oldest open occurrence; {@link Long#MAX_VALUE} if none is open. */
  static long sinceMillis(RootLog rest, RootMeta meta) {
    return times(rest, meta).min().orElse(Long.MAX_VALUE);
  }

  private static LongStream times(RootLog rest, RootMeta meta) {
    return rest.occurrences().stream()
        .mapToLong(o -> sessionMillis(o.event(), meta.closedUntilNanos()));
  }

  private static long sessionMillis(EventOccurrence event, long closedUntilNanos) {
    return Math.floorDiv(
        Sessions.sessionTime(event, closedUntilNanos), TimeUnit.MILLISECONDS.toNanos(1));
  }
}
