/**
 * Stage 1: first receipt, owners, generations and deletion of every object become lineage;
 * occurrences and changes of objects wait until their root is known, and go to the gather partition
 * of that root.
 *
 * <p>{@link io.kspan.topology.place.PlaceProcessor} is the only class that sees Kafka Streams'
 * context. Each store has one owner: a collaborator of the processor, or, for {@code
 * announced-kinds}, the processor itself. {@link io.kspan.topology.place.OwnerRules} is trace-model
 * 3, pure.
 */
package io.kspan.topology.place;
