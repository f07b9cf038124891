package io.kspan.topology.export;

import java.util.Map;

/**
 * Counters since the start of the sink, and its state after its last turn. Immutable.
 *
 * @param records records taken from the topic
 * @param spans spans in them
 * @param exported spans that the backend accepted
 * @param rejected spans that it left out of requests that it accepted
 * @param retries attempts that failed and were, or will be, repeated
 * @param deadLetters records that went to the dead letters, by reason
 * @param lastError why the last attempt failed, empty when it succeeded
 * @param joined whether the sink is, or has been, in its consumer group
 * @param lag records of its partitions that it has not read
 * @param pendingBytes what it has read and not sent yet
 * @param pausedNanos for how long it has not read on
 */
public record SinkStatistics(
    long records,
    long spans,
    long exported,
    long rejected,
    long retries,
    Map<String, Long> deadLetters,
    String lastError,
    boolean joined,
    long lag,
    long pendingBytes,
    long pausedNanos) {
  static final SinkStatistics NONE =
      new SinkStatistics(0, 0, 0, 0, 0, Map.of(), "", false, 0, 0, 0);

  /** Records that went to the dead letters. */
  public long deadLettered() {
    return deadLetters.values().stream().mapToLong(Long::longValue).sum();
  }
}
