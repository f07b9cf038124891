/**
 * Everything that the application asks the brokers outside of Kafka Streams ({@link
 * io.kspan.topology.ops.Brokers}, {@link io.kspan.topology.ops.Offsets}, {@link
 * io.kspan.topology.ops.Preconditions}), and its probes and HTTP endpoint.
 */
package io.kspan.topology.ops;
