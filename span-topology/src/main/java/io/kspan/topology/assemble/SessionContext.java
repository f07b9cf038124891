package io.kspan.topology.assemble;

import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.PlacedOccurrence;
import io.kspan.topology.model.RootLog;
import io.kspan.topology.model.TraceContext;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A session and all that the rules know of its tree.
 *
 * @param rootSnapshots of the root, by receipt
 * @param generations of the root
 * @param timeline of the state of the tree
 * @param objects of the tree
 * @param replicaSets versions of the ReplicaSets of a Deployment or Rollout, those of each by
 *     receipt
 */
record SessionContext(
    Session session,
    ObjectIdentity root,
    List<ObjectSnapshot> rootSnapshots,
    Generations generations,
    StateTimeline timeline,
    TreeObjects objects,
    List<ObjectSnapshot> replicaSets) {
  private static final Set<String> ROLLED_OUT = Set.of("Deployment", "Rollout");
  private static final String REVISION = "revision";

  static SessionContext of(RootLog log, Session session) {
    List<ObjectSnapshot> snapshots =
        SnapshotRetention.of(log.snapshots(), log.root().uid(), session);
    TreeObjects objects = new TreeObjects(snapshots, session.endNanos());
    List<ObjectSnapshot> ofRoot = objects.versions(log.root().uid());
    return new SessionContext(
        session,
        identity(ofRoot, session.occurrences()),
        ofRoot,
        Generations.of(ofRoot),
        new StateTimeline(log.root(), snapshots),
        objects,
        ROLLED_OUT.contains(log.root().reference().kind())
            ? objects
                .versions()
                .filter(versions -> versions.get(0).reference().kind().equals("ReplicaSet"))
                .flatMap(List::stream)
                .toList()
            : List.of());
  }

  /**
   * What was last rolled out as received up to {@code nanos}: the configuration of the ReplicaSet
   * of the highest revision that had replicas. So what is changed while a Deployment is paused is
   * named when it is resumed.
   */
  Optional<SortedMap<String, String>> rolledOutBefore(long nanos) {
    Map<String, ObjectSnapshot> newest = new HashMap<>();
    for (ObjectSnapshot snapshot : replicaSets) {
      if (Times.ofMillis(snapshot.receiptMillis()) <= nanos) {
        newest.put(snapshot.uid(), snapshot);
      }
    }
    return newest.values().stream()
        .filter(s -> !s.deleted() && s.statusReplicas() > 0)
        .max(
            Comparator.comparingLong(SessionContext::revision)
                .thenComparingLong(ObjectSnapshot::creationNanos)
                .thenComparing(ObjectSnapshot::uid))
        .map(SessionContext::images);
  }

  /**
   * The trace context of the root when {@code generation} was the current one: the next deployment
   * overwrites it. Null without one.
   */
  TraceContext traceContext(long generation) {
    ObjectSnapshot newest = null;
    for (ObjectSnapshot snapshot : rootSnapshots) {
      if (newest == null || snapshot.generation() <= generation) {
        newest = snapshot;
      }
    }
    return newest == null ? null : newest.traceContext();
  }

  private static long revision(ObjectSnapshot replicaSet) {
    try {
      return Long.parseLong(replicaSet.configuration().getOrDefault(REVISION, ""));
    } catch (NumberFormatException none) {
      return 0; // revisions begin at 1
    }
  }

  private static SortedMap<String, String> images(ObjectSnapshot replicaSet) {
    SortedMap<String, String> images = new TreeMap<>(replicaSet.configuration());
    images.keySet().removeIf(name -> !name.startsWith(ChangeAttributes.IMAGE));
    return images;
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
