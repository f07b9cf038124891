package io.kspan.topology.assemble;

import io.kspan.topology.model.ObjectSnapshot;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a session may know of the snapshots that are there: not what came later, and not what may
 * have been forgotten before it, whether it has or not.
 *
 * <p>Stateless.
 */
public final class Memory {
  /**
   * How far back the rules reach: an event names a resourceVersion that was received up to 5 min
   * before it (trace-model 4), every other margin is smaller.
   */
  public static final long REACH_MILLIS = Duration.ofMinutes(5).toMillis();

  private static final int GENERATIONS = 8;

  private Memory() {}

  /**
   * What is remembered when everything that is still to be written was received at {@code
   * fromMillis} or later: the snapshots within reach of the rules, what each living object was last
   * before them, and the first and last of the root's newest generations before them.
   *
   * <p>A second time, from a later moment, it gives what that moment alone would have given, so it
   * does not matter when something is forgotten, or how often.
   *
   * @param snapshots by receipt
   */
  public static List<ObjectSnapshot> from(
      List<ObjectSnapshot> snapshots, String rootUid, long fromMillis) {
    Map<String, ObjectSnapshot> last = new HashMap<>();
    NavigableMap<Long, ObjectSnapshot> begins = new TreeMap<>();
    NavigableMap<Long, ObjectSnapshot> ends = new TreeMap<>();
    int old = 0;
    while (old < snapshots.size()
        && snapshots.get(old).receiptMillis() < fromMillis - REACH_MILLIS) {
      ObjectSnapshot snapshot = snapshots.get(old);
      last.put(snapshot.uid(), snapshot);
      if (snapshot.uid().equals(rootUid)) {
        begins.putIfAbsent(snapshot.generation(), snapshot);
        ends.put(snapshot.generation(), snapshot);
      }
      old++;
    }
    Set<ObjectSnapshot> kept = new HashSet<>(newest(begins));
    kept.addAll(newest(ends));
    last.values().stream().filter(s -> !s.deleted()).forEach(kept::add);
    return Stream.concat(
            snapshots.subList(0, old).stream().filter(kept::contains),
            snapshots.subList(old, snapshots.size()).stream())
        .toList();
  }

  private static Collection<ObjectSnapshot> newest(NavigableMap<Long, ObjectSnapshot> generations) {
    return generations.descendingMap().values().stream().limit(GENERATIONS).toList();
  }

  /**
   * The snapshots that count for {@code closed}.
   *
   * @param snapshots by receipt
   */
  static List<ObjectSnapshot> of(
      List<ObjectSnapshot> snapshots, String rootUid, Sessions.Closed closed) {
    if (closed.knownUntilNanos() == Times.NEVER) {
      return snapshots;
    }
    return from(snapshots, rootUid, closed.knownFromNanos() / Times.MILLI).stream()
        .filter(s -> Times.ofMillis(s.receiptMillis()) <= closed.knownUntilNanos())
        .toList();
  }
}
