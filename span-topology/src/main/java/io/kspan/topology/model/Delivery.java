package io.kspan.topology.model;

/**
 * The release that a change belongs to (trace-model 8.4). Immutable.
 *
 * @param id {@code kspan.delivery.id}; before placing has decided, what the changes of the release
 *     have in common
 * @param first change of the release; null for that change itself
 */
public record Delivery(String id, Change first) {

  /** A change of a root, and when its generation was received first. */
  public record Change(ObjectIdentity root, long generation, long receiptMillis) {
    /** The change that a version of a root begins. */
    public static Change of(ObjectSnapshot version) {
      return new Change(version.identity(), version.generation(), version.receiptMillis());
    }
  }
}
