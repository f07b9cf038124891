package io.kspan.topology.export;

/**
 * Counters since the start of the sink: {@code rejected} spans were left out of requests that the
 * backend accepted, {@code retries} are failed attempts, {@code logRecords} are those that the
 * backend accepted, {@code lastError} is empty unless the last attempt failed. Immutable.
 */
public record SinkStatistics(
    long records,
    long spans,
    long exported,
    long rejected,
    long retries,
    long deadLettered,
    long logRecords,
    String lastError) {
  static final SinkStatistics NONE = new SinkStatistics(0, 0, 0, 0, 0, 0, 0, "");
}
