package io.kspan.topology.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * The identity of an object, its owners, generations and lifetime, which are kept longer than its
 * snapshots. Small, because every instance holds the lineage of all objects.
 *
 * <p>Immutable. Merging is commutative, so the order in which snapshots are read does not matter.
 *
 * @param identity of the object
 * @param firstSeenMillis receipt of its first snapshot
 * @param deletedMillis receipt of its {@code DELETED}, {@link #NEVER} without one
 * @param owners by receipt, without repeats; the newest {@value #OWNERS}; empty without
 *     ownerReferences
 * @param generations by receipt, each higher than those before; the newest {@value #GENERATIONS}
 * @param scaleTargets by receipt, without repeats; the newest {@value #SCALE_TARGETS}; of a
 *     HorizontalPodAutoscaler only
 */
public record Lineage(
    ObjectIdentity identity,
    long firstSeenMillis,
    long deletedMillis,
    List<OwnerSince> owners,
    List<GenerationSince> generations,
    List<ScaleTargetSince> scaleTargets) {

  /** A deletion that has not happened. */
  public static final long NEVER = Long.MAX_VALUE;

  private static final int OWNERS = 16;
  private static final int GENERATIONS = 8;
  private static final int SCALE_TARGETS = 4;
  private static final long NANOS_PER_MILLI = 1_000_000;

  public Lineage {
    owners = List.copyOf(owners);
    generations = List.copyOf(generations);
    scaleTargets = List.copyOf(scaleTargets);
  }

  /**
   * From {@code sinceMillis} on, the ownerReferences named {@code candidates}: the controller
   * first, then in their order.
   */
  public record OwnerSince(long sinceMillis, List<OwnerReference> candidates) {
    public OwnerSince {
      candidates = List.copyOf(candidates);
    }
  }

  /** From {@code sinceMillis} on, the object had {@code generation} and was not terminating. */
  public record GenerationSince(long sinceMillis, long generation) {}

  /** From {@code sinceMillis} on, the object scaled {@code target}. */
  public record ScaleTargetSince(long sinceMillis, ObjectReference target) {}

  /** The lineage in one snapshot. */
  public static Lineage of(ObjectSnapshot snapshot) {
    long receipt = snapshot.receiptMillis();
    return new Lineage(
        snapshot.identity(),
        receipt,
        snapshot.deleted() ? receipt : NEVER,
        snapshot.owners().isEmpty()
            ? List.of()
            : List.of(new OwnerSince(receipt, snapshot.owners())),
        snapshot.generation() == 0 || snapshot.terminating()
            ? List.of()
            : List.of(new GenerationSince(receipt, snapshot.generation())),
        snapshot.scaleTarget() == null
            ? List.of()
            : List.of(new ScaleTargetSince(receipt, snapshot.scaleTarget())));
  }

  /**
   * The lineage in both: a snapshot without ownerReferences does not erase an owner (trace-model
   * 3.3).
   */
  public Lineage merge(Lineage other) {
    return new Lineage(
        firstSeenMillis <= other.firstSeenMillis ? identity : other.identity,
        Math.min(firstSeenMillis, other.firstSeenMillis),
        Math.min(deletedMillis, other.deletedMillis),
        mergedOwners(other),
        mergedGenerations(other),
        mergedScaleTargets(other));
  }

  private List<OwnerSince> mergedOwners(Lineage other) {
    List<OwnerSince> all = new ArrayList<>(owners);
    all.addAll(other.owners);
    all.sort(Comparator.comparingLong(OwnerSince::sinceMillis));
    List<OwnerSince> merged = new ArrayList<>(all.size());
    for (OwnerSince next : all) {
      if (merged.isEmpty()
          || !merged.get(merged.size() - 1).candidates().equals(next.candidates())) {
        merged.add(next);
      }
    }
    return newest(merged, OWNERS);
  }

  private List<GenerationSince> mergedGenerations(Lineage other) {
    if (other.generations.isEmpty()) {
      return generations;
    }
    List<GenerationSince> all = new ArrayList<>(generations);
    all.addAll(other.generations);
    all.sort(
        Comparator.comparingLong(GenerationSince::sinceMillis)
            .thenComparingLong(GenerationSince::generation));
    List<GenerationSince> merged = new ArrayList<>(all.size());
    long highest = Long.MIN_VALUE;
    for (GenerationSince next : all) {
      if (next.generation() > highest) {
        highest = next.generation();
        merged.add(next);
      }
    }
    return newest(merged, GENERATIONS);
  }

  private List<ScaleTargetSince> mergedScaleTargets(Lineage other) {
    if (other.scaleTargets.isEmpty()) {
      return scaleTargets;
    }
    List<ScaleTargetSince> all = new ArrayList<>(scaleTargets);
    all.addAll(other.scaleTargets);
    all.sort(Comparator.comparingLong(ScaleTargetSince::sinceMillis));
    List<ScaleTargetSince> merged = new ArrayList<>(all.size());
    for (ScaleTargetSince next : all) {
      if (merged.isEmpty() || !merged.get(merged.size() - 1).target().equals(next.target())) {
        merged.add(next);
      }
    }
    return newest(merged, SCALE_TARGETS);
  }

  private static <T> List<T> newest(List<T> all, int limit) {
    return all.subList(Math.max(0, all.size() - limit), all.size());
  }

  /** The same, with {@code candidates} as the ownerReferences from {@code millis} on. */
  public Lineage ownedSince(long millis, List<OwnerReference> candidates) {
    return merge(
        new Lineage(
            identity,
            firstSeenMillis,
            deletedMillis,
            List.of(new OwnerSince(millis, candidates)),
            List.of(),
            List.of()));
  }

  /** The same, without what only snapshots received at one of {@code receipts} said. */
  public Lineage without(Set<Long> receipts) {
    if (receipts.isEmpty()) {
      return this;
    }
    return new Lineage(
        identity,
        firstSeenMillis,
        deletedMillis,
        owners.stream().filter(o -> !receipts.contains(o.sinceMillis())).toList(),
        generations.stream().filter(g -> !receipts.contains(g.sinceMillis())).toList(),
        scaleTargets.stream().filter(t -> !receipts.contains(t.sinceMillis())).toList());
  }

  /** The same, deleted at {@code millis}. */
  public Lineage deletedAt(long millis) {
    return new Lineage(identity, firstSeenMillis, millis, owners, generations, scaleTargets);
  }

  /** When the object was born; its first receipt if it does not say when it was created. */
  public long bornNanos() {
    long first = firstSeenMillis * NANOS_PER_MILLI;
    return identity.creationNanos() == 0 ? first : identity.bornNanos(first);
  }

  /** The highest generation received up to {@code millis}; 0 if there is none. */
  public long generationAt(long millis) {
    long highest = 0;
    for (GenerationSince since : generations) {
      highest = since.sinceMillis() <= millis ? since.generation() : highest;
    }
    return highest;
  }

  /** Whether {@code version} is the first of its generation. */
  public boolean begins(ObjectSnapshot version) {
    return version.generation() == 0
        ? version.receiptMillis() == firstSeenMillis
        : generations.contains(new GenerationSince(version.receiptMillis(), version.generation()));
  }

  /** What the object scaled at {@code millis}, else first; null if it scales nothing. */
  public ObjectReference scaleTargetAt(long millis) {
    ObjectReference target = scaleTargets.isEmpty() ? null : scaleTargets.get(0).target();
    for (ScaleTargetSince since : scaleTargets) {
      target = since.sinceMillis() <= millis ? since.target() : target;
    }
    return target;
  }

  /**
   * Whether the object may have been the top of a tree, as received up to {@code millis}: without
   * owner, its own owner, or owned by something that is not climbed into.
   */
  public boolean isRootAt(long millis, Set<String> boundaryKinds) {
    List<OwnerReference> candidates = List.of();
    for (OwnerSince since : owners) {
      candidates = since.sinceMillis() <= millis ? since.candidates() : candidates;
    }
    return candidates.isEmpty()
        || boundaryKinds.contains(candidates.get(0).kind())
        || candidates.get(0).uid().equals(identity.uid());
  }
}
