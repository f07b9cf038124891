package io.kspan.topology.model;

/** An entry of {@code metadata.ownerReferences}. Absent texts are empty. */
public record OwnerReference(String apiVersion, String kind, String name, String uid) {
  public OwnerReference {
    apiVersion = apiVersion == null ? "" : apiVersion;
    kind = kind == null ? "" : kind;
    name = name == null ? "" : name;
    uid = uid == null ? "" : uid;
  }
}
