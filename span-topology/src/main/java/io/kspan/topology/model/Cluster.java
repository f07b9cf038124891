package io.kspan.topology.model;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The cluster that a root lives in.
 *
 * <p>Immutable.
 *
 * @param name as in the envelope, may be empty
 * @param uidSinceMillis UID of its namespace {@code kube-system}, by the receipt from which on it
 *     was known; usually one entry, empty if that namespace was not seen
 */
public record Cluster(String name, SortedMap<Long, String> uidSinceMillis) {
  /** The namespace whose UID is that of its cluster. */
  public static final ObjectReference IDENTITY =
      new ObjectReference("Namespace", "", "kube-system");

  public Cluster {
    uidSinceMillis = Collections.unmodifiableSortedMap(new TreeMap<>(uidSinceMillis));
  }

  /** A cluster whose UID is unknown. */
  public static Cluster named(String name) {
    return new Cluster(name, Collections.emptySortedMap());
  }

  /** The UID as known at {@code millis}, empty if it was not. */
  public String uidAt(long millis) {
    SortedMap<Long, String> known =
        millis == Long.MAX_VALUE ? uidSinceMillis : uidSinceMillis.headMap(millis + 1);
    return known.isEmpty() ? "" : known.get(known.lastKey());
  }
}
