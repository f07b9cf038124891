package io.kspan.topology.export;

/** Observes the answers of the backend. The sink's thread calls it; it must not throw or block. */
@FunctionalInterface
public interface ExportObserver {
  /** Does nothing. */
  ExportObserver NONE = (errorType, nanos) -> {};

  /**
   * A request was answered, or failed.
   *
   * @param errorType as OpenTelemetry's {@code error.type}: HTTP or gRPC status, or the exception;
   *     empty if it was accepted
   * @param nanos since it was sent
   */
  void answered(String errorType, long nanos);
}
