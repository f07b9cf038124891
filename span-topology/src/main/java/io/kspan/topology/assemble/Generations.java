package io.kspan.topology.assemble;

import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.SpecChange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The changes of one root: when each generation of its spec began, and to which one an event
 * belongs.
 *
 * <p>Immutable and thread-safe.
 */
final class Generations {
  private static final long SNAPSHOT_REACH_MILLIS = 300_000;
  private static final long BEGIN_TOLERANCE = 100 * Times.MILLI;

  private final NavigableMap<Long, Generation> byNumber;
  // The highest of those that began up to a moment.
  private final NavigableMap<Long, Long> highestByBegin = new TreeMap<>();
  // By receipt: a relist brings the same version again.
  private final Map<String, NavigableMap<Long, Long>> byResourceVersion = new HashMap<>();

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

  private Generations(NavigableMap<Long, Generation> byNumber, List<ObjectSnapshot> snapshots) {
    this.byNumber = byNumber;
    long highest = Long.MIN_VALUE;
    for (Generation generation : byBegin(byNumber.values())) {
      highest = Math.max(highest, generation.number());
      highestByBegin.put(generation.beginNanos(), highest);
    }
    for (ObjectSnapshot snapshot : snapshots) {
      byResourceVersion
          .computeIfAbsent(snapshot.resourceVersion(), v -> new TreeMap<>())
          .putIfAbsent(snapshot.receiptMillis(), byNumber.floorKey(snapshot.generation()));
    }
  }

  private static List<Generation> byBegin(Collection<Generation> generations) {
    return generations.stream().sorted(Comparator.comparingLong(Generation::beginNanos)).toList();
  }

  /**
   * Rule 5.6: the generations in the root's snapshots, each with its spec second and change time.
   * One that only a deletion made is none, and the one before it goes on.
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
      if (first.terminating() && previous != null) {
        continue;
      }
      SpecChange spec = first.specChange();
      if (spec != null) {
        boolean ownTime =
            spec.timeNanos() <= Times.ofMillis(first.receiptMillis())
                && spec.timeNanos() > newestSpecSecond;
        newestSpecSecond = Math.max(newestSpecSecond, spec.timeNanos());
        spec = ownTime ? spec : null;
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
    return new Generations(known, snapshots);
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

  /** The generation before {@code number}, if any is known. */
  Optional<Generation> before(long number) {
    return Optional.ofNullable(byNumber.lowerEntry(number)).map(Map.Entry::getValue);
  }

  /**
   * The generation before {@code number} that was last rolled out: what a paused one changed comes
   * into effect with the one that resumes. The one before if that is not known.
   */
  Optional<Generation> effectiveBefore(long number) {
    Optional<Generation> before = before(number);
    boolean resumes = before.isPresent() && before.get().last().paused();
    if (!resumes || byNumber.get(number).last().paused()) {
      return before;
    }
    return byNumber.headMap(number, false).descendingMap().values().stream()
        .filter(generation -> !generation.last().paused())
        .findFirst()
        .or(() -> before);
  }

  /** First receipt of the generation after {@code number}; never without one. */
  long firstReceiptAfter(long number) {
    Map.Entry<Long, Generation> next = byNumber.higherEntry(number);
    return next == null ? Times.NEVER : next.getValue().firstReceiptNanos();
  }

  /**
   * The generation that ends what happens under {@code number}: the next one. Under one that did
   * more than to scale, those after it that only scaled, and not to 0, end nothing.
   */
  Optional<Generation> endOfWindow(long number) {
    boolean passesScaling = !onlyScaled(byNumber.get(number));
    return byNumber.tailMap(number, false).values().stream()
        .filter(g -> !(passesScaling && onlyScaled(g) && !g.first().isScaledToZero()))
        .findFirst();
  }

  /** Whether nothing in the spec but {@code replicas} differs from the generation before. */
  private boolean onlyScaled(Generation generation) {
    long hash = generation.first().specHash();
    return hash != 0
        && before(generation.number()).filter(g -> g.first().specHash() == hash).isPresent();
  }

  /** The generation that an event belongs to, and the rule that decided. */
  record Belongs(long generation, Rule rule) {}

  /** Rule 4, generation(e): the generation that an event belongs to. */
  Belongs of(EventOccurrence event, boolean aboutRoot) {
    if (aboutRoot && event.count() <= 1 && !event.involvedResourceVersion().isEmpty()) {
      Map.Entry<Long, Long> near =
          byResourceVersion
              .getOrDefault(event.involvedResourceVersion(), Collections.emptyNavigableMap())
              .ceilingEntry(event.receiptMillis() - SNAPSHOT_REACH_MILLIS);
      if (near != null && near.getKey() <= event.receiptMillis() + SNAPSHOT_REACH_MILLIS) {
        return new Belongs(near.getValue(), Rule.SAME_VERSION);
      }
    }
    return at(event.timeNanos());
  }

  /** Likewise, of what happened at {@code timeNanos}. */
  Belongs at(long timeNanos) {
    Map.Entry<Long, Long> begun = highestByBegin.floorEntry(Times.plus(timeNanos, BEGIN_TOLERANCE));
    if (begun != null) {
      return new Belongs(begun.getValue(), Rule.BEGUN);
    }
    return byNumber.isEmpty()
        ? new Belongs(0, Rule.NO_GENERATION)
        : new Belongs(byNumber.firstKey(), Rule.LOWEST_KNOWN);
  }
}
