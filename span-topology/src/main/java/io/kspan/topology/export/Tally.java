package io.kspan.topology.export;

/** Counts what the sink has done. One thread only; others see {@link #snapshot()}s. */
final class Tally {
  private long requests;
  private long spans;
  private long exported;
  private long rejected;
  private long retries;
  private long deadLettered;
  private String lastError = "";

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

  void buried() {
    deadLettered++;
  }

  OtlpSink.Progress snapshot() {
    return new OtlpSink.Progress(
        requests, spans, exported, rejected, retries, deadLettered, lastError);
  }
}
