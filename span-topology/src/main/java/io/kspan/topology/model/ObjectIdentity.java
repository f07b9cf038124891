package io.kspan.topology.model;

/**
 * One incarnation of an object, as far as it is known.
 *
 * @param uid empty if unknown
 * @param reference kind, namespace and name
 * @param apiVersion empty when unknown
 * @param seen whether a snapshot of it was received; if not, {@code creationNanos} is 0
 * @param creationNanos {@code metadata.creationTimestamp}
 */
public record ObjectIdentity(
    String uid, ObjectReference reference, String apiVersion, boolean seen, long creationNanos) {

  private static final long LAST_MILLI_OF_SECOND = 999_000_000L;

  public ObjectIdentity {
    uid = uid == null ? "" : uid;
    apiVersion = apiVersion == null ? "" : apiVersion;
  }

  /** An object that is only named by others. */
  public static ObjectIdentity named(String uid, ObjectReference reference, String apiVersion) {
    return new ObjectIdentity(uid, reference, apiVersion, false, 0);
  }

  /**
   * When the object was born (trace-model 3.1): its first receipt, clamped into the second of its
   * creation, so that a successor made in the same second is told apart.
   */
  public long bornNanos(long firstReceiptNanos) {
    return Math.max(
        creationNanos, Math.min(firstReceiptNanos, creationNanos + LAST_MILLI_OF_SECOND));
  }

  /** The UID, or the reference where there is none: what ids are made of (trace-model 2). */
  public String key() {
    return uid.isEmpty() ? reference.toString() : uid;
  }
}
