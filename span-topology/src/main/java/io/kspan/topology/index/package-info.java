/**
 * Stage 1: first sight, owner and deletion of every object become lineage; changes of its state
 * become news for its root.
 *
 * <p>Shares its task with resolve, so that an object's own lineage is written before events about
 * it are looked at.
 */
package io.kspan.topology.index;
