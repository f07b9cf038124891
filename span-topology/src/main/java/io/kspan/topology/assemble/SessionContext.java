package io.kspan.topology.assemble;

import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.PlacedOccurrence;
import io.kspan.topology.model.RootLog;
import java.util.List;

/**
 * A session and all that the rules know of its tree.
 *
 * @param rootSnapshots of the root, by receipt
 * @param generations of the root
 * @param timeline of the state of the tree
 * @param objects of the tree
 */
record SessionContext(
    Session session,
    ObjectIdentity root,
    List<ObjectSnapshot> rootSnapshots,
    Generations generations,
    StateTimeline timeline,
    TreeObjects objects) {

  static SessionContext of(RootLog log, Session session) {
    List<ObjectSnapshot> snapshots =
        SnapshotRetention.of(log.snapshots(), log.root().uid(), session);
    List<ObjectSnapshot> ofRoot =
        snapshots.stream().filter(s -> s.uid().equals(log.root().uid())).toList();
    return new SessionContext(
        session,
        identity(ofRoot, session.occurrences()),
        ofRoot,
        Generations.of(ofRoot),
        new StateTimeline(log.root(), snapshots, true),
        new TreeObjects(snapshots, session.endNanos()));
  }

  /** From its own snapshot, else from an occurrence that was placed when the root was seen. */
  private static ObjectIdentity identity(
      List<ObjectSnapshot> ofRoot, List<PlacedOccurrence> session) {
    return ofRoot.isEmpty()
        ? session.stream()
            .map(PlacedOccurrence::root)
            .filter(ObjectIdentity::seen)
            .findFirst()
            .orElse(session.get(0).root())
        : ofRoot.get(0).identity();
  }
}
