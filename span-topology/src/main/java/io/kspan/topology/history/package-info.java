/**
 * Replay of a range of time over the topics of a running application. {@link
 * io.kspan.topology.history.ReplayRange} and {@link io.kspan.topology.history.RangeOutput} hold the
 * rules and know nothing of Kafka; all other classes use its clients.
 */
package io.kspan.topology.history;
