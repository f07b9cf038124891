package io.kspan.topology.index;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.OwnerReference;
import java.util.Comparator;
import java.util.UUID;

/**
 * What index remembers of one version of an object: enough to tell a copy from a version, and a
 * repeat from a change.
 *
 * @param resourceVersion compared for equality only; empty if the object has none
 * @param sequence position in the log, which orders what was received in the same millisecond
 * @param owner hash of the owner that counts, {@link #NOBODY} without one
 * @param told hash of everything else that the trace model learns from it, unless it is of a root
 */
public record ReceivedVersion(
    String resourceVersion,
    boolean deleted,
    long receiptMillis,
    long sequence,
    long owner,
    long told) {
  static final Comparator<ReceivedVersion> BY_RECEIPT =
      Comparator.comparingLong(ReceivedVersion::receiptMillis)
          .thenComparingLong(ReceivedVersion::sequence);

  private static final long NOBODY = 0;

  static ReceivedVersion of(ObjectSnapshot snapshot) {
    return new ReceivedVersion(
        snapshot.resourceVersion(),
        snapshot.deleted(),
        snapshot.receiptMillis(),
        snapshot.sequence(),
        hash(snapshot.owner()),
        hash(snapshot.terminating() + " " + snapshot.failing() + " " + snapshot.state()));
  }

  static long hash(OwnerReference owner) {
    return owner == null
        ? NOBODY
        : hash(String.join("\n", owner.apiVersion(), owner.kind(), owner.name(), owner.uid()));
  }

  /** Different texts have the same hash once in 2^64 pairs. */
  private static long hash(String text) {
    return UUID.nameUUIDFromBytes(text.getBytes(UTF_8)).getMostSignificantBits();
  }

  boolean isSameVersion(ReceivedVersion other) {
    return !resourceVersion.isEmpty()
        && resourceVersion.equals(other.resourceVersion)
        && deleted == other.deleted;
  }

  /** Whether this one tells the trace model anything that {@code last} did not. */
  boolean isChangeFrom(ReceivedVersion last) {
    return told != last.told
        || deleted != last.deleted
        // The same state in another tree: what comes next is a change from it.
        || owner != last.owner;
  }
}
