package io.kspan.topology.assemble;

import io.kspan.topology.assemble.ObjectFacts.Container;
import io.kspan.topology.assemble.ObjectFacts.Owner;
import io.kspan.topology.assemble.ObjectFacts.Run;
import io.kspan.topology.assemble.ObjectFacts.Status;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.OwnerReference;
import java.util.Comparator;
import java.util.List;

/**
 * Judges what one version of an object says, once, when it is read: its owner, its state, who
 * changed its spec, and whether its status has changed. Only the result is carried and stored.
 *
 * <p>Pure and thread-safe.
 */
public final class ObjectRules {
  private ObjectRules() {}

  /** The version as the stages carry it; its sequence is 0. */
  public static ObjectSnapshot snapshot(ObjectFacts facts) {
    return new ObjectSnapshot(
        facts.uid(),
        facts.reference(),
        facts.apiVersion(),
        facts.receiptMillis(),
        0,
        facts.creationNanos(),
        facts.deleted(),
        facts.terminating(),
        owners(facts.owners()),
        facts.generation(),
        facts.resourceVersion(),
        Generations.specChange(facts.specEntries()),
        StateRules.state(facts),
        StateRules.failing(facts),
        statusHash(facts),
        facts.configuration(),
        facts.traceparent(),
        facts.nodeName(),
        0,
        facts.spec().replicas(),
        facts.spec().paused(),
        facts.status().replicas(),
        facts.status().phase().equals("Succeeded") || facts.status().phase().equals("Failed"),
        facts.scaleTarget());
  }

  private static List<OwnerReference> owners(List<Owner> owners) {
    return owners.stream()
        .sorted(Comparator.comparing(Owner::controller).reversed())
        .map(Owner::reference)
        .toList();
  }

  /**
   * Of what ends a span (trace-model 6.2): the phase; of a pod also whether it is scheduled,
   * initialized and ready, and when its containers started and terminated; of a kind without a rule
   * of its own also whether it is ready.
   */
  private static long statusHash(ObjectFacts facts) {
    Status status = facts.status();
    long hash = Fnv1a.hash64(Fnv1a.OFFSET_64, status.phase());
    if (!StateRules.isPod(facts)) {
      String ready = StateRules.readyCondition(facts);
      return ready == null ? hash : Fnv1a.hash64(hash, ready);
    }
    hash = 31 * hash + (status.isTrue("PodScheduled") ? 1 : 0);
    hash = 31 * hash + (status.isTrue("Initialized") ? 1 : 0);
    hash = 31 * hash + (status.isTrue("Ready") ? 1 : 0);
    for (Container container : status.containers()) {
      // A sum, since the order of containers says nothing.
      hash += containerHash(container);
    }
    return hash;
  }

  /** When it last started and last terminated; that it waits in between is no change. */
  private static long containerHash(Container container) {
    Run ended =
        container.terminated() == null ? container.lastTerminated() : container.terminated();
    Run started = container.running() == null ? ended : container.running();
    long hash = Fnv1a.hash64(Fnv1a.OFFSET_64, container.name());
    return Fnv1a.hash64(Fnv1a.hash64(hash, started.startedAt()), ended.finishedAt());
  }
}
