package io.kspan.topology.index;

import io.kspan.topology.model.Lineage;
import io.kspan.topology.model.ObjectSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What index remembers of an object.
 *
 * <p>Immutable. What it makes of a set of versions does not depend on the order in which they are
 * read, as long as none has been overtaken by more than are remembered.
 *
 * @param lineage as received
 * @param versions the newest, by receipt, each with its first receipt; never empty
 * @param copiedMillis receipt of the last copy of a version, 0 if it was before the last version
 * @param goneMillis from when on it counts as deleted because a list did not contain it, 0 if it
 *     does not; it lies in the future when that is found
 */
public record IndexedObject(
    Lineage lineage, List<ReceivedVersion> versions, long copiedMillis, long goneMillis) {
  // As far as a second connector is usually behind the first.
  private static final int VERSIONS = 8;

  public IndexedObject {
    versions = List.copyOf(versions);
  }

  /** Received once each, and not missing. */
  public IndexedObject(Lineage lineage, List<ReceivedVersion> versions) {
    this(lineage, versions, 0, 0);
  }

  /** What the lineage topic is told. */
  public Lineage told() {
    return goneMillis == 0
        ? lineage
        : new Lineage(lineage.identity(), lineage.firstSeenMillis(), goneMillis, lineage.owners());
  }

  /** When something was received of it last. */
  public long heardMillis() {
    return Math.max(copiedMillis, versions.get(versions.size() - 1).receiptMillis());
  }

  /** Whether it exists as far as anybody knows. */
  public boolean isThere() {
    return told().deletedMillis() == Lineage.NEVER;
  }

  /** Whether it counts as deleted at {@code millis} although nobody saw it go. */
  boolean isGone(long millis) {
    return goneMillis > 0 && goneMillis <= millis;
  }

  /** The same, and that nobody has heard of it for so long that it counts as deleted. */
  public IndexedObject goneAt(long millis) {
    return new IndexedObject(lineage, versions, copiedMillis, millis);
  }

  /** After a copy of a version that is known. */
  IndexedObject copied(long receiptMillis) {
    return receiptMillis <= heardMillis() || lineage.deletedMillis() != Lineage.NEVER
        ? this
        : new IndexedObject(lineage, versions, receiptMillis, 0);
  }

  /**
   * What reading a version changes.
   *
   * @param isNews whether it tells anything that the one received before it did not
   * @param news others that tell something after all, now that it lies before them
   * @param repeats others that do not, for the same reason
   */
  record Step(
      IndexedObject now,
      boolean isNews,
      List<ReceivedVersion> news,
      List<ReceivedVersion> repeats) {}

  /** What is known after {@code snapshot}, the first of an object. */
  static Step first(ObjectSnapshot snapshot, ReceivedVersion version) {
    IndexedObject now = new IndexedObject(Lineage.of(snapshot), List.of(version));
    return new Step(now, true, List.of(), List.of());
  }

  /** Whether {@code version} was received before, or of an object that was deleted before. */
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
    Lineage merged = lineage.merge(Lineage.of(next));
    for (ReceivedVersion later : all.subList(all.indexOf(version) + 1, all.size())) {
      merged = returned(merged, later);
    }
    List<ReceivedVersion> before = news(versions, lineage, boundaryKinds);
    List<ReceivedVersion> after = news(all, merged, boundaryKinds);
    boolean isNews = after.remove(version);
    List<ReceivedVersion> newest = all.subList(Math.max(0, all.size() - VERSIONS), all.size());
    long gone = version.receiptMillis() > heardMillis() ? 0 : goneMillis;
    // A copy can be read before what it is a copy of.
    long copied = heardMillis() > newest.get(newest.size() - 1).receiptMillis() ? heardMillis() : 0;
    return new Step(
        new IndexedObject(merged, newest, copied, gone),
        isNews,
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

  /** What looked like the same owner all along may be a return to it. */
  private static Lineage returned(Lineage lineage, ReceivedVersion later) {
    return lineage.owners().stream()
        .map(Lineage.OwnerSince::owner)
        .filter(owner -> ReceivedVersion.hash(owner) == later.owner())
        .findFirst()
        .map(owner -> lineage.ownedSince(later.receiptMillis(), owner))
        .orElse(lineage);
  }

  /** Those of {@code versions} that tell what the one before did not; always the first. */
  private static List<ReceivedVersion> news(
      List<ReceivedVersion> versions, Lineage lineage, Set<String> boundaryKinds) {
    List<ReceivedVersion> news = new ArrayList<>(versions.size());
    ReceivedVersion last = null;
    for (ReceivedVersion next : versions) {
      // Events name a root's resourceVersion, so a root's versions are all news.
      if (last == null
          || next.isChangeFrom(last)
          || lineage.isRootAt(next.receiptMillis(), boundaryKinds)) {
        news.add(next);
      }
      last = next;
    }
    return news;
  }

  private static List<ReceivedVersion> without(
      List<ReceivedVersion> versions, List<ReceivedVersion> others) {
    return versions.stream().filter(v -> !others.contains(v)).toList();
  }
}
