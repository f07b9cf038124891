package io.kspan.topology.index;

import io.kspan.topology.model.Lineage;
import io.kspan.topology.model.ObjectSnapshot;

/**
 * What index remembers of an object.
 *
 * @param lineage as last written to the lineage topic
 * @param last the newest snapshot
 */
public record IndexedObject(Lineage lineage, ObjectSnapshot last) {

  /** Whether {@code next} tells the trace model anything that {@code last} did not. */
  boolean isNews(ObjectSnapshot next, boolean ownTree) {
    boolean treeChanged =
        !next.state().equals(last.state())
            || next.terminating() != last.terminating()
            || next.deleted() != last.deleted()
            || next.failing() != last.failing();
    // Events name a root's resourceVersion, so a root's versions are all news; and what names none
    // may be any version.
    boolean sameVersion =
        !next.resourceVersion().isEmpty() && next.resourceVersion().equals(last.resourceVersion());
    return treeChanged || ownTree && !sameVersion;
  }
}
