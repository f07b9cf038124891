package io.kspan.topology.assemble;

import static java.util.stream.Collectors.groupingBy;

import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.SpecChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The changes of one root: when each generation of its spec began, and which one an event belongs
 * to (trace-model 4, "generation(e)", and 5.5).
 *
 * <p>Immutable and thread-safe.
 */
final class Generations {
  private static final long SNAPSHOT_REACH_MILLIS = 300_000;
  private static final long BEGIN_TOLERANCE = 100 * Times.MILLI;

  private final NavigableMap<Long, Generation> byNumber;
  private final Map<String, List<ObjectSnapshot>> byResourceVersion;

  /**
   * One generation of the root's spec.
   *
   * @param first its first received snapshot
   * @param last its last received snapshot
   * @param spec what changed it, null if that is not known
   * @param changeNanos the change time
   */
  record Generation(
      long number, ObjectSnapshot first, ObjectSnapshot last, SpecChange spec, long changeNanos) {

    long firstReceiptNanos() {
      return Times.ofMillis(first.receiptMillis());
    }

    /**
     * The first receipt, or the end of the spec second if that is earlier: object watches can lag.
     */
    long beginNanos() {
      return spec == null
          ? firstReceiptNanos()
          : Math.min(firstReceiptNanos(), spec.timeNanos() + Times.SECOND);
    }
  }

  private Generations(
      NavigableMap<Long, Generation> byNumber,
      Map<String, List<ObjectSnapshot>> byResourceVersion) {
    this.byNumber = byNumber;
    this.byResourceVersion = byResourceVersion;
  }

  /**
   * The generations told by the root's snapshots.
   *
   * @param snapshots of the root, by receipt
   */
  static Generations of(List<ObjectSnapshot> snapshots) {
    TreeMap<Long, List<ObjectSnapshot>> grouped = new TreeMap<>();
    for (ObjectSnapshot snapshot : snapshots) {
      grouped.computeIfAbsent(snapshot.generation(), g -> new ArrayList<>()).add(snapshot);
    }
    TreeMap<Long, Generation> known = new TreeMap<>();
    long newestSpecSecond = Long.MIN_VALUE;
    Generation previous = null;
    for (Map.Entry<Long, List<ObjectSnapshot>> entry : grouped.entrySet()) {
      List<ObjectSnapshot> own = entry.getValue();
      ObjectSnapshot first = own.get(0);
      SpecChange spec = first.specChange();
      if (spec != null) {
        boolean told =
            spec.timeNanos() <= Times.ofMillis(first.receiptMillis())
                && spec.timeNanos() > newestSpecSecond;
        newestSpecSecond = Math.max(newestSpecSecond, spec.timeNanos());
        spec = told ? spec : null;
      }
      previous =
          new Generation(
              entry.getKey(),
              first,
              own.get(own.size() - 1),
              spec,
              changeTime(entry.getKey(), first, spec, previous));
      known.put(entry.getKey(), previous);
    }
    return new Generations(
        known, snapshots.stream().collect(groupingBy(ObjectSnapshot::resourceVersion)));
  }

  private static long changeTime(
      long number, ObjectSnapshot first, SpecChange spec, Generation previous) {
    if (spec != null && previous == null) {
      return spec.timeNanos();
    }
    if (spec != null && spec.timeNanos() + Times.SECOND > previous.firstReceiptNanos()) {
      return Math.max(spec.timeNanos(), previous.firstReceiptNanos());
    }
    boolean created = number <= 1 && first.creationNanos() > 0;
    return created ? first.creationNanos() : Times.ofMillis(first.receiptMillis());
  }

  Optional<Generation> get(long number) {
    return Optional.ofNullable(byNumber.get(number));
  }

  /** The one before {@code number}, if any is known. */
  Optional<Generation> before(long number) {
    return Optional.ofNullable(byNumber.lowerEntry(number)).map(Map.Entry::getValue);
  }

  /** When the next higher generation began; never if there is none. */
  long overtakenNanos(long number) {
    Map.Entry<Long, Generation> next = byNumber.higherEntry(number);
    return next == null ? Times.NEVER : next.getValue().beginNanos();
  }

  /** generation(e) of trace-model 4. */
  long of(EventOccurrence event, boolean aboutRoot) {
    if (aboutRoot && event.count() <= 1 && !event.involvedResourceVersion().isEmpty()) {
      for (ObjectSnapshot snapshot :
          byResourceVersion.getOrDefault(event.involvedResourceVersion(), List.of())) {
        long distance = Math.abs(snapshot.receiptMillis() - event.receiptMillis());
        if (distance <= SNAPSHOT_REACH_MILLIS) {
          return snapshot.generation();
        }
      }
    }
    long latest = Times.plus(event.timeNanos(), BEGIN_TOLERANCE);
    for (Generation generation : byNumber.descendingMap().values()) {
      if (generation.beginNanos() <= latest) {
        return generation.number();
      }
    }
    return byNumber.isEmpty() ? 0 : byNumber.firstKey();
  }
}
