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

  public ObjectIdentity {
    uid = uid == null ? "" : uid;
    apiVersion = apiVersion == null ? "" : apiVersion;
  }

  /** An object that is only named by others. */
  public static ObjectIdentity named(String uid, ObjectReference reference, String apiVersion) {
    return new ObjectIdentity(uid, reference, apiVersion, false, 0);
  }

  /** The UID, or the reference where there is none: what ids are made of (trace-model 2). */
  public String key() {
    return uid.isEmpty() ? reference.toString() : uid;
  }
}
