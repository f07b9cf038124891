/**
 * Replay of a range of time over the topics of a running installation: which part of the inputs is
 * read, which traces of the result are shown, and everything temporary that this takes.
 *
 * <p>The rules ({@link io.kspan.topology.history.ReplayRange}, {@link
 * io.kspan.topology.history.RangeOutput}) are pure; the rest knows Kafka.
 */
package io.kspan.topology.history;
