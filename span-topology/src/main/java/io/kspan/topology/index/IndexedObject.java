package io.kspan.topology.index;

import io.kspan.topology.model.Lineage;
import io.kspan.topology.model.ObjectSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What index remembers of an object.
 *
 * @param lineage as last written to the lineage topic
 * @param last the newest snapshot
 * @param versions the versions received last, each with its first receipt
 */
public record IndexedObject(Lineage lineage, ObjectSnapshot last, List<ReceivedVersion> versions) {
  // As far as a second connector is usually behind the first.
  private static final int VERSIONS = 8;

  public IndexedObject {
    versions = List.copyOf(versions);
  }

  /** A version by its resourceVersion, which is compared for equality only. */
  public record ReceivedVersion(String resourceVersion, boolean deleted, long receiptMillis) {
    boolean is(ObjectSnapshot snapshot) {
      return deleted == snapshot.deleted() && resourceVersion.equals(snapshot.resourceVersion());
    }
  }

  /** What is known after {@code snapshot}, the first of an object. */
  static IndexedObject of(ObjectSnapshot snapshot) {
    return new IndexedObject(Lineage.of(snapshot), snapshot, with(List.of(), snapshot));
  }

  /** Whether {@code next} was received before, or of an object that was deleted before. */
  boolean isCopy(ObjectSnapshot next) {
    return lineage.deletedMillis() <= next.receiptMillis()
        || versions.stream().anyMatch(v -> v.is(next) && v.receiptMillis() <= next.receiptMillis());
  }

  /** What is known after {@code next}, which may have been received before {@link #last}. */
  IndexedObject after(ObjectSnapshot next) {
    Lineage merged = lineage.merge(Lineage.of(next));
    if (isInOrder(next)) {
      return new IndexedObject(merged, next, with(versions, next));
    }
    // What looked like the same owner all along may be a return to it.
    return new IndexedObject(merged.merge(Lineage.of(last)), last, with(versions, next));
  }

  boolean isInOrder(ObjectSnapshot next) {
    return ObjectSnapshot.BY_RECEIPT.compare(last, next) <= 0;
  }

  private static List<ReceivedVersion> with(List<ReceivedVersion> before, ObjectSnapshot next) {
    List<ReceivedVersion> versions = new ArrayList<>(before);
    versions.removeIf(v -> v.is(next));
    if (!next.resourceVersion().isEmpty()) {
      versions.add(
          new ReceivedVersion(next.resourceVersion(), next.deleted(), next.receiptMillis()));
    }
    return versions.subList(Math.max(0, versions.size() - VERSIONS), versions.size());
  }

  /** Whether {@code next} tells the trace model anything that {@code last} did not. */
  boolean isNews(ObjectSnapshot next, boolean ownTree) {
    boolean treeChanged =
        !next.state().equals(last.state())
            || next.terminating() != last.terminating()
            || next.deleted() != last.deleted()
            || next.failing() != last.failing()
            // The same state in another tree: what comes next is a change from it.
            || !Objects.equals(next.owner(), last.owner());
    // Events name a root's resourceVersion, so a root's versions are all news; and what names none
    // may be any version.
    boolean sameVersion =
        !next.resourceVersion().isEmpty() && next.resourceVersion().equals(last.resourceVersion());
    return treeChanged || ownTree && !sameVersion;
  }
}
