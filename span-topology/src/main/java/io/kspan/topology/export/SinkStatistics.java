package io.kspan.topology.export;

/**
 * Counters since the start of the sink. Immutable.
 *
 * @param records records taken from the topic
 * @param spans spans in them
 * @param exported spans that the backend accepted
 * @param rejected spans that it left out of requests that it accepted
 * @param retries attempts that failed and were, or will be, repeated
 * @param deadLettered records that went to the dead letters
 * @param lastError why the last attempt failed, empty when it succeeded
 */
public record SinkStatistics(
    long records,
    long spans,
    long exported,
    long rejected,
    long retries,
    long deadLettered,
    String lastError) {
  static final SinkStatistics NONE = new SinkStatistics(0, 0, 0, 0, 0, 0, "");
}
