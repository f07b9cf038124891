package io.kspan.topology.export;

/** Hears how long the backend takes. Called on the sink's thread; must not throw or wait. */
@FunctionalInterface
public interface ExportObserver {
  /** Nobody listens. */
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
