package io.kspan.topology.export;

import java.util.Map;
import java.util.TreeMap;

/** Counts what the sink has done. One thread only; others see {@link #snapshot()}s. */
final class Tally {
  private final ExportObserver observer;
  private final Map<String, Long> buriedBy = new TreeMap<>();
  private long requests;
  private long spans;
  private long exported;
  private long rejected;
  private long retries;
  private long deadLettered;
  private String lastError = "";

  Tally() {
    this(ExportObserver.NONE);
  }

  Tally(ExportObserver observer) {
    this.observer = observer;
  }

  void answered(String errorType, long nanos) {
    observer.answered(errorType, nanos);
  }

  void read(int spansInRequest) {
    requests++;
    spans += spansInRequest;
  }

  void accepted(long spansInParcel) {
    exported += spansInParcel;
    lastError = "";
  }

  void rejected(long spansInParcel) {
    rejected += spansInParcel;
  }

  void failed(String error) {
    retries++;
    lastError = error;
  }

  void buried(String reason) {
    deadLettered++;
    buriedBy.merge(reason, 1L, Long::sum);
  }

  /** Dead letters by reason. */
  Map<String, Long> deadLetters() {
    return Map.copyOf(buriedBy);
  }

  OtlpSink.Progress snapshot() {
    return new OtlpSink.Progress(
        requests, spans, exported, rejected, retries, deadLettered, lastError);
  }
}
