/**
 * The Kafka Connect plugin: connector, task and configuration. Wires {@code
 * io.kspan.connect.record} and {@code io.kspan.connect.watch} to Connect; may import both, and
 * nothing of the other modules.
 */
package io.kspan.connect;
