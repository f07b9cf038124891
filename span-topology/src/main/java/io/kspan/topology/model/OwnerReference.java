package io.kspan.topology.model;

/** The one ownerReference that counts: that of the controller, else the first. */
public record OwnerReference(String apiVersion, String kind, String name, String uid) {
  public OwnerReference {
    apiVersion = apiVersion == null ? "" : apiVersion;
    kind = kind == null ? "" : kind;
    name = name == null ? "" : name;
    uid = uid == null ? "" : uid;
  }
}
