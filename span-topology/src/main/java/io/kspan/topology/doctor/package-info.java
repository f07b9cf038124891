/**
 * Checks every link of the chain from the connector to the backend; each result has a remedy. Reads
 * only: it writes to no topic and joins no group.
 *
 * <p>Each check gathers facts and hands them to a pure function that judges them. What {@code run}
 * and {@code sink} check at their start is in {@link io.kspan.topology.ops.Preconditions}.
 */
package io.kspan.topology.doctor;
