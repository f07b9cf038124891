package io.kspan.topology.export;

import io.opentelemetry.exporter.internal.FailedExportException;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.GrpcResponse;
import io.opentelemetry.sdk.common.export.GrpcStatusCode;
import io.opentelemetry.sdk.common.export.HttpResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What an exporter reports. */
final class Answers {
  private Answers() {}

  static CompletableResultCode accepted() {
    return CompletableResultCode.ofSuccess();
  }

  static CompletableResultCode unreachable() {
    return CompletableResultCode.ofExceptionalFailure(
        FailedExportException.httpFailedExceptionally(new IOException("Connection refused")));
  }

  static CompletableResultCode http(int status, String body) {
    return CompletableResultCode.ofExceptionalFailure(
        FailedExportException.httpFailedWithResponse(
            new HttpResponse() {
              @Override
              public int getStatusCode() {
                return status;
              }

              @Override
              public String getStatusMessage() {
                return "Status";
              }

              @Override
              public byte[] getResponseBody() {
                return body.getBytes(StandardCharsets.UTF_8);
              }
            }));
  }

  static CompletableResultCode grpc(GrpcStatusCode code, String description) {
    return CompletableResultCode.ofExceptionalFailure(
        FailedExportException.grpcFailedWithResponse(
            new GrpcResponse() {
              @Override
              public GrpcStatusCode getStatusCode() {
                return code;
              }

              @Override
              public String getStatusDescription() {
                return description;
              }

              @Override
              public byte[] getResponseMessage() {
                return new byte[0];
              }
            }));
  }
}
