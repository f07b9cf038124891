package io.kspan.topology.place;

import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.OwnerReference;
import java.util.Comparator;
import java.util.List;

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
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

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
      long next = hash(hash(hash + 1, owner.apiVersion()), owner.kind());
      hash = hash(hash(next, owner.name()), owner.uid());
    }
    return hash;
  }

  private static long stateHash(ObjectSnapshot snapshot) {
    long hash = 31 * snapshot.statusHash() + snapshot.generation();
    hash = 31 * hash + hash(rollout(snapshot), snapshot.state().name());
    return 8 * hash
        + (snapshot.terminated() ? 4 : 0)
        + (snapshot.terminating() ? 2 : 0)
        + (snapshot.failing() ? 1 : 0);
  }

  /** What tells which ReplicaSet was rolled out last: whether it has replicas, and its revision. */
  private static long rollout(ObjectSnapshot snapshot) {
    return hash(
        snapshot.statusReplicas() > 0 ? 1 : 0,
        snapshot.reference().kind().equals("ReplicaSet")
            ? snapshot.configuration().getOrDefault("revision", "")
            : "");
  }

  /** FNV-1a: different texts have the same hash once in 2^64 pairs. */
  private static long hash(long before, String text) {
    long hash = (FNV_OFFSET ^ before) * FNV_PRIME;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * FNV_PRIME;
    }
    return hash;
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
