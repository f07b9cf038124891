package io.kspan.topology.place;

import io.kspan.topology.assemble.Fnv1a;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.OwnerReference;
import io.kspan.topology.model.StatusFacts;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What is kept of one version of an object: enough to tell a copy from a version, and a repeat from
 * a change.
 *
 * @param resourceVersion compared for equality only; empty if the object has none
 * @param sequence position in the log, which orders what was received in the same millisecond
 * @param ownerHash of the owners, {@link #NO_OWNER} without one
 * @param stateHash of everything else that the trace model takes from a version of a non-root
 */
public record ReceivedVersion(
    String resourceVersion,
    boolean deleted,
    long receiptMillis,
    long sequence,
    long ownerHash,
    long stateHash) {
  static final Comparator<ReceivedVersion> BY_RECEIPT =
      Comparator.comparingLong(ReceivedVersion::receiptMillis)
          .thenComparingLong(ReceivedVersion::sequence);

  private static final long NO_OWNER = 0;

  static ReceivedVersion of(ObjectSnapshot snapshot) {
    return new ReceivedVersion(
        snapshot.resourceVersion(),
        snapshot.deleted(),
        snapshot.receiptMillis(),
        snapshot.sequence(),
        hash(snapshot.owners()),
        stateHash(snapshot));
  }

  static long hash(List<OwnerReference> owners) {
    long hash = NO_OWNER;
    for (OwnerReference owner : owners) {
      long next = Fnv1a.hash64(Fnv1a.hash64(hash + 1, owner.apiVersion()), owner.kind());
      hash = Fnv1a.hash64(Fnv1a.hash64(next, owner.name()), owner.uid());
    }
    return hash;
  }

  private static long stateHash(ObjectSnapshot snapshot) {
    long hash = 31 * snapshot.statusHash() + snapshot.generation();
    hash = 31 * hash + Fnv1a.hash64(rollout(snapshot), snapshot.state().name());
    for (Map.Entry<String, String> label : snapshot.labels().entrySet()) {
      hash = Fnv1a.hash64(Fnv1a.hash64(hash, label.getKey()), label.getValue());
    }
    if (snapshot.traceContext() != null) {
      hash = Fnv1a.hash64(hash, snapshot.traceContext().toString());
    }
    return 8 * factsHash(hash, snapshot.facts())
        + (snapshot.terminated() ? 4 : 0)
        + (snapshot.terminating() ? 2 : 0)
        + (snapshot.failing() ? 1 : 0);
  }

  /** What the status hash does not have of the facts; of what runs the status hash says enough. */
  private static long factsHash(long seed, StatusFacts facts) {
    long hash = seed;
    for (StatusFacts.Condition condition : facts.conditions()) {
      hash = 31 * Fnv1a.hash64(hash, condition.status()) + condition.sinceNanos();
      hash = Fnv1a.hash64(hash, condition.reason());
    }
    for (StatusFacts.Container container : facts.containers()) {
      hash = Fnv1a.hash64(hash, container.waitingReason());
    }
    return hash;
  }

  /** What tells which ReplicaSet was rolled out last: whether it has replicas, and its revision. */
  private static long rollout(ObjectSnapshot snapshot) {
    return Fnv1a.hash64(
        snapshot.statusReplicas() > 0 ? 1 : 0,
        snapshot.reference().kind().equals("ReplicaSet")
            ? snapshot.configuration().getOrDefault("revision", "")
            : "");
  }

  boolean isSameVersion(ReceivedVersion other) {
    return !resourceVersion.isEmpty()
        && resourceVersion.equals(other.resourceVersion)
        && deleted == other.deleted;
  }

  /** Whether this one says anything to the trace model that {@code last} did not. */
  boolean isChangeFrom(ReceivedVersion last) {
    return stateHash != last.stateHash
        || deleted != last.deleted
        // The same state in another tree: what comes next is a change from it.
        || ownerHash != last.ownerHash;
  }
}
