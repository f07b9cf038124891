package io.kspan.topology.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * The identity of an object, its owners and its lifetime, which are kept longer than its snapshots.
 * Small, because every instance holds the lineage of all objects.
 *
 * <p>Immutable. Merging is commutative, so the order in which snapshots are read does not matter.
 *
 * @param identity of the object
 * @param firstSeenMillis receipt of its first snapshot
 * @param deletedMillis receipt of its {@code DELETED}, {@link #NEVER} without one
 * @param owners by receipt, without repeats; empty for a root
 */
public record Lineage(
    ObjectIdentity identity, long firstSeenMillis, long deletedMillis, List<OwnerSince> owners) {

  /** A deletion that has not happened. */
  public static final long NEVER = Long.MAX_VALUE;

  public Lineage {
    owners = List.copyOf(owners);
  }

  /** From {@code sinceMillis} on, {@code owner} was the owner that counts. */
  public record OwnerSince(long sinceMillis, OwnerReference owner) {}

  /** The lineage in one snapshot. */
  public static Lineage of(ObjectSnapshot snapshot) {
    return new Lineage(
        snapshot.identity(),
        snapshot.receiptMillis(),
        snapshot.deleted() ? snapshot.receiptMillis() : NEVER,
        snapshot.owner() == null
            ? List.of()
            : List.of(new OwnerSince(snapshot.receiptMillis(), snapshot.owner())));
  }

  /**
   * The lineage in both; a snapshot without ownerReferences does not erase an owner (trace-model
   * 3.3).
   */
  public Lineage merge(Lineage other) {
    List<OwnerSince> all = new ArrayList<>(owners);
    all.addAll(other.owners);
    all.sort(Comparator.comparingLong(OwnerSince::sinceMillis));
    List<OwnerSince> merged = new ArrayList<>();
    for (OwnerSince next : all) {
      if (merged.isEmpty() || !merged.get(merged.size() - 1).owner().equals(next.owner())) {
        merged.add(next);
      }
    }
    return new Lineage(
        firstSeenMillis <= other.firstSeenMillis ? identity : other.identity,
        Math.min(firstSeenMillis, other.firstSeenMillis),
        Math.min(deletedMillis, other.deletedMillis),
        merged);
  }

  /** The same, with {@code owner} as the owner from {@code millis} on. */
  public Lineage ownedSince(long millis, OwnerReference owner) {
    return merge(
        new Lineage(
            identity, firstSeenMillis, deletedMillis, List.of(new OwnerSince(millis, owner))));
  }

  /** The owner as received up to {@code millis}; null if there was none. */
  public OwnerReference ownerAt(long millis) {
    OwnerReference owner = null;
    for (OwnerSince since : owners) {
      if (since.sinceMillis() <= millis) {
        owner = since.owner();
      }
    }
    return owner;
  }

  /**
   * Whether the object was the top of a tree, as received up to {@code millis}: without owner, its
   * own owner, or owned by something that is not climbed into.
   */
  public boolean isRootAt(long millis, Set<String> boundaryKinds) {
    OwnerReference owner = ownerAt(millis);
    return owner == null
        || boundaryKinds.contains(owner.kind())
        || owner.uid().equals(identity.uid());
  }
}
