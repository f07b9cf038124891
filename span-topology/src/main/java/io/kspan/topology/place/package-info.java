/**
 * Stage 1: first sight, owner and deletion of every object become lineage; occurrences and changes
 * of objects wait until their root is known, and go to the gather partition of that root.
 *
 * <p>{@link io.kspan.topology.place.PlaceProcessor} is the only class that sees Kafka Streams'
 * context; each of its collaborators owns one store. {@link io.kspan.topology.place.OwnerRules} is
 * trace-model 3, pure.
 */
package io.kspan.topology.place;
