package io.kspan.topology.model;

import java.util.List;

/**
 * Everything received about one root so far: the input of sessions and assembly.
 *
 * @param cluster that it lives in
 * @param root the top of the tree
 * @param occurrences in any order, without copies
 * @param snapshots of every object of the tree, the root included; given in any order, held by
 *     receipt
 */
public record RootLog(
    Cluster cluster,
    ObjectIdentity root,
    List<PlacedOccurrence> occurrences,
    List<ObjectSnapshot> snapshots) {

  public RootLog {
    if (!isByReceipt(snapshots)) {
      snapshots =
          InTime.sorted(snapshots, ObjectSnapshot::receiptMillis, ObjectSnapshot.BY_RECEIPT);
    }
  }

  private static boolean isByReceipt(List<ObjectSnapshot> snapshots) {
    ObjectSnapshot before = null;
    for (ObjectSnapshot next : snapshots) {
      if (before != null && ObjectSnapshot.BY_RECEIPT.compare(before, next) > 0) {
        return false;
      }
      before = next;
    }
    return true;
  }
}
