package io.kspan.topology.export;

import io.opentelemetry.exporter.internal.FailedExportException.GrpcExportException;
import io.opentelemetry.exporter.internal.FailedExportException.HttpExportException;
import io.opentelemetry.sdk.common.CompletableResultCode;

/** What kind of failure an answer is, in few words: {@code error.type} of a metric. Stateless. */
final class ErrorType {
  private ErrorType() {}

  /** Of a completed export, empty if it succeeded. */
  static String of(CompletableResultCode result) {
    if (result.isSuccess()) {
      return "";
    }
    Throwable failure = result.getFailureThrowable();
    if (failure instanceof HttpExportException http && http.getResponse() != null) {
      return Integer.toString(http.getResponse().getStatusCode());
    }
    if (failure instanceof GrpcExportException grpc && grpc.getResponse() != null) {
      return grpc.getResponse().getStatusCode().name();
    }
    Throwable cause = failure;
    while (cause != null && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause == null ? "_OTHER" : cause.getClass().getSimpleName();
  }
}
