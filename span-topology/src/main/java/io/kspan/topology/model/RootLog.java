package io.kspan.topology.model;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Everything received about one root so far: the input of sessions and assembly.
 *
 * @param cluster that it lives in
 * @param root the top of the tree
 * @param occurrences in any order, without copies
 * @param snapshots of every object of the tree, the root included, by receipt and without copies
 */
public record RootLog(
    Cluster cluster,
    ObjectIdentity root,
    List<PlacedOccurrence> occurrences,
    List<ObjectSnapshot> snapshots) {

  /**
   * The log of the items of a root.
   *
   * @param snapshots in any order; a version that was received several times counts when it was
   *     received first, and nothing counts that was received of an object after its {@code DELETED}
   *     (trace-model 1.2 and 3.5)
   */
  public static RootLog of(
      Cluster cluster,
      ObjectIdentity root,
      List<PlacedOccurrence> occurrences,
      List<ObjectSnapshot> snapshots) {
    List<ObjectSnapshot> originals = new ArrayList<>(snapshots.size());
    Set<Version> received = new HashSet<>();
    Set<String> deleted = new HashSet<>();
    for (ObjectSnapshot snapshot :
        InTime.sorted(snapshots, ObjectSnapshot::receiptMillis, ObjectSnapshot.BY_RECEIPT)) {
      boolean copy =
          deleted.contains(snapshot.uid())
              || !snapshot.resourceVersion().isEmpty() && !received.add(Version.of(snapshot));
      if (!copy) {
        originals.add(snapshot);
      }
      if (snapshot.deleted()) {
        deleted.add(snapshot.uid());
      }
    }
    return new RootLog(cluster, root, occurrences, originals);
  }

  private record Version(String uid, String resourceVersion, boolean deleted) {
    static Version of(ObjectSnapshot snapshot) {
      return new Version(snapshot.uid(), snapshot.resourceVersion(), snapshot.deleted());
    }
  }
}
