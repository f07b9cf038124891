/**
 * Stage 4, the trace model: pure functions from the log of one root to finished traces.
 *
 * <p>May import the JDK, the model and OpenTelemetry's semantic-convention constants; no Kafka, no
 * SDK, no clock.
 */
package io.kspan.topology.assemble;
