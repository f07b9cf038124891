/**
 * Stage 3, the trace model: pure functions from what objects and events say to finished traces.
 * Each rule is marked with its number; {@code RuleNumbersTest} says how.
 *
 * <p>May import the JDK, the model and OpenTelemetry's semantic-convention constants; no Kafka, no
 * SDK, no clock.
 */
package io.kspan.topology.assemble;
