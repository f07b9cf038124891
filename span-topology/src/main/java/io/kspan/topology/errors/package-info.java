/**
 * Kafka Streams' exception handlers. A record that cannot be processed becomes a dead letter and
 * the stream goes on; a broker or a disk that fails ends the instance.
 */
package io.kspan.topology.errors;
