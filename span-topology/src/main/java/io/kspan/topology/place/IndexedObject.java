package io.kspan.topology.place;

import io.kspan.topology.model.Lineage;
import io.kspan.topology.model.ObjectSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is kept of an object: its lineage and its newest versions.
 *
 * <p>Immutable. What a set of versions results in does not depend on the order in which they are
 * read, as long as none has been overtaken by more than are kept.
 *
 * @param lineage as received
 * @param versions the newest, by receipt, each with its first receipt; never empty
 * @param copiedMillis receipt of the last copy of a version, 0 if it was before the last version
 * @param missingMillis from when on it counts as deleted because a list did not contain it, 0 if it
 *     does not; lies in the future at first
 */
public record IndexedObject(
    Lineage lineage, List<ReceivedVersion> versions, long copiedMillis, long missingMillis) {
  // As far as a second connector is usually behind the first.
  private static final int VERSIONS = 8;

  public IndexedObject {
    versions = List.copyOf(versions);
  }

  /** The lineage that the lineage topic has. */
  Lineage published() {
    return missingMillis == 0 ? lineage : lineage.deletedAt(missingMillis);
  }

  /** When something was received of it last. */
  long lastSeenMillis() {
    return Math.max(copiedMillis, versions.get(versions.size() - 1).receiptMillis());
  }

  /** Whether it exists as far as is known. */
  boolean exists() {
    return published().deletedMillis() == Lineage.NEVER;
  }

  /** Whether it counts as deleted at {@code millis} although no deletion was received. */
  boolean isMissing(long millis) {
    return missingMillis > 0 && missingMillis <= millis;
  }

  /** The same, which counts as deleted from {@code millis} on. */
  IndexedObject missingSince(long millis) {
    return new IndexedObject(lineage, versions, copiedMillis, millis);
  }

  /** After a copy of a version that is known. */
  IndexedObject copied(long receiptMillis) {
    return receiptMillis <= lastSeenMillis() || lineage.deletedMillis() != Lineage.NEVER
        ? this
        : new IndexedObject(lineage, versions, receiptMillis, 0);
  }

  /**
   * What reading a version changes.
   *
   * @param isChange whether it says anything that the one received before it did not
   * @param changes later ones that are changes, now that it lies before them
   * @param repeats later ones that are none any more, for the same reason
   */
  record Step(
      IndexedObject now,
      boolean isChange,
      List<ReceivedVersion> changes,
      List<ReceivedVersion> repeats) {}

  /** What is known after {@code snapshot}, the first of an object. */
  static Step first(ObjectSnapshot snapshot, ReceivedVersion version) {
    IndexedObject now = new IndexedObject(Lineage.of(snapshot), List.of(version), 0, 0);
    return new Step(now, true, List.of(), List.of());
  }

  /**
   * Whether {@code version} was received before, or of an object that was deleted before
   * (trace-model 1.2).
   */
  boolean isCopy(ReceivedVersion version) {
    return lineage.deletedMillis() <= version.receiptMillis()
        || versions.stream()
            .anyMatch(
                v -> v.isSameVersion(version) && v.receiptMillis() <= version.receiptMillis());
  }

  /**
   * What is known after {@code next}, which may have been received before others that are known.
   *
   * @param version of {@code next}
   * @param boundaryKinds whose objects own trees of their own
   */
  Step after(ObjectSnapshot next, ReceivedVersion version, Set<String> boundaryKinds) {
    List<ReceivedVersion> all = with(version);
    Lineage merged = withoutVersions(without(versions, all)).merge(Lineage.of(next));
    for (ReceivedVersion later : all.subList(all.indexOf(version) + 1, all.size())) {
      merged = returned(merged, later);
    }
    List<ReceivedVersion> before = changes(versions, lineage, boundaryKinds);
    List<ReceivedVersion> after = changes(all, merged, boundaryKinds);
    boolean isChange = after.remove(version);
    List<ReceivedVersion> newest = all.subList(Math.max(0, all.size() - VERSIONS), all.size());
    long missing = version.receiptMillis() > lastSeenMillis() ? 0 : missingMillis;
    // A copy can be read before what it is a copy of.
    long copied =
        lastSeenMillis() > newest.get(newest.size() - 1).receiptMillis() ? lastSeenMillis() : 0;
    return new Step(
        new IndexedObject(merged, newest, copied, missing),
        isChange,
        without(after, before),
        without(before, after));
  }

  /** Without a copy that was received later, and without what came after the object was deleted. */
  private List<ReceivedVersion> with(ReceivedVersion next) {
    List<ReceivedVersion> all = new ArrayList<>(versions.size() + 1);
    for (ReceivedVersion known : versions) {
      boolean later = ReceivedVersion.BY_RECEIPT.compare(known, next) > 0;
      if (!later || !next.deleted() && !known.isSameVersion(next)) {
        all.add(known);
      }
    }
    all.add(next);
    all.sort(ReceivedVersion.BY_RECEIPT);
    return all;
  }

  /** Without what only {@code gone} said. */
  private Lineage withoutVersions(List<ReceivedVersion> gone) {
    Set<Long> receipts =
        gone.stream().map(ReceivedVersion::receiptMillis).collect(Collectors.toSet());
    return lineage.without(receipts);
  }

  /** An owner that seemed to stay the same may have been another one in between. */
  private static Lineage returned(Lineage lineage, ReceivedVersion later) {
    return lineage.owners().stream()
        .map(Lineage.OwnerSince::candidates)
        .filter(candidates -> ReceivedVersion.hash(candidates) == later.ownerHash())
        .findFirst()
        .map(candidates -> lineage.ownedSince(later.receiptMillis(), candidates))
        .orElse(lineage);
  }

  /** Those of {@code versions} that say what the one before did not; always the first. */
  private static List<ReceivedVersion> changes(
      List<ReceivedVersion> versions, Lineage lineage, Set<String> boundaryKinds) {
    List<ReceivedVersion> changes = new ArrayList<>(versions.size());
    ReceivedVersion last = null;
    for (ReceivedVersion next : versions) {
      // Events name a root's resourceVersion, so a root's versions are all changes.
      if (last == null
          || next.isChangeFrom(last)
          || lineage.isRootAt(next.receiptMillis(), boundaryKinds)) {
        changes.add(next);
      }
      last = next;
    }
    return changes;
  }

  private static List<ReceivedVersion> without(
      List<ReceivedVersion> versions, List<ReceivedVersion> others) {
    return versions.stream().filter(v -> !others.contains(v)).toList();
  }
}
