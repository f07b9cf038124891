package io.kspan.benchmarks;

import io.kspan.testsupport.generate.InputMessage;
import io.kspan.topology.assemble.CauseRules;
import io.kspan.topology.envelope.EnvelopeReader;
import io.kspan.topology.envelope.InputRecord;
import io.kspan.topology.model.Cluster;
import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.Lineage;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.PlacedOccurrence;
import io.kspan.topology.model.RootLog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Generated rollouts by root, as gather has them at the end. Every object is recorded and names its
 * owner by UID, so nothing has to be guessed.
 */
public final class RolloutLogs {
  private final Map<String, Lineage> lineages = new HashMap<>();

  private RolloutLogs() {}

  /** One log for each Deployment, in the order of their keys. */
  public static List<RootLog> of(Iterator<InputMessage> input) {
    return new RolloutLogs().read(input);
  }

  private List<RootLog> read(Iterator<InputMessage> input) {
    CauseRules rules = CauseRules.shipped();
    EnvelopeReader reader = new EnvelopeReader("default", "topLevelSpan", List.of());
    List<EventOccurrence> events = new ArrayList<>();
    List<ObjectSnapshot> snapshots = new ArrayList<>();
    String cluster = "";
    while (input.hasNext()) {
      InputRecord record = reader.read(input.next().envelope());
      cluster = record.cluster();
      if (record instanceof InputRecord.Occurrence occurrence) {
        events.add(rules.withCause(occurrence.event(), abandoned -> {}));
      } else if (record instanceof InputRecord.Snapshot snapshot) {
        snapshots.add(snapshot.object());
        lineages.merge(snapshot.object().uid(), Lineage.of(snapshot.object()), Lineage::merge);
      }
    }
    Map<String, List<PlacedOccurrence>> placed = new TreeMap<>();
    for (EventOccurrence event : events) {
      ObjectIdentity object = lineages.get(event.involvedUid()).identity();
      PlacedOccurrence one =
          new PlacedOccurrence(event, object, owners(event.involvedUid()), "", 0);
      placed.computeIfAbsent(one.root().key(), root -> new ArrayList<>()).add(one);
    }
    Map<String, List<ObjectSnapshot>> trees = new HashMap<>();
    for (ObjectSnapshot snapshot : snapshots) {
      List<ObjectIdentity> owners = owners(snapshot.uid());
      ObjectIdentity root = owners.isEmpty() ? snapshot.identity() : owners.get(owners.size() - 1);
      trees.computeIfAbsent(root.key(), key -> new ArrayList<>()).add(snapshot);
    }
    List<RootLog> logs = new ArrayList<>();
    for (List<PlacedOccurrence> tree : placed.values()) {
      ObjectIdentity root = tree.get(0).root();
      logs.add(RootLog.of(Cluster.named(cluster), root, tree, trees.get(root.key())));
    }
    return logs;
  }

  private List<ObjectIdentity> owners(String uid) {
    List<ObjectIdentity> owners = new ArrayList<>();
    List<Lineage.OwnerSince> since = lineages.get(uid).owners();
    while (!since.isEmpty()) {
      Lineage owner = lineages.get(since.get(0).candidates().get(0).uid());
      owners.add(owner.identity());
      since = owner.owners();
    }
    return owners;
  }
}
