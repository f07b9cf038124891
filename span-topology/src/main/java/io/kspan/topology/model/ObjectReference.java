package io.kspan.topology.model;

import java.util.Comparator;

/**
 * Kind without API group, namespace (empty when cluster-scoped) and name of an object.
 *
 * <p>Names are reused, so a reference can stand for several incarnations.
 */
public record ObjectReference(String kind, String namespace, String name)
    implements Comparable<ObjectReference> {

  private static final Comparator<ObjectReference> ORDER =
      Comparator.comparing(ObjectReference::kind)
          .thenComparing(ObjectReference::namespace)
          .thenComparing(ObjectReference::name);

  public ObjectReference {
    kind = kind == null ? "" : kind;
    namespace = namespace == null ? "" : namespace;
    name = name == null ? "" : name;
  }

  @Override
  public int compareTo(ObjectReference other) {
    return ORDER.compare(this, other);
  }

  /**
   * {@code Kind/namespace/name}, {@code Kind//name} without namespace: what stands in for a missing
   * UID in ids.
   */
  @Override
  public String toString() {
    return kind + "/" + namespace + "/" + name;
  }
}
