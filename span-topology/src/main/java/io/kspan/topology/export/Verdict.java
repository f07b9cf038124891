package io.kspan.topology.export;

import io.opentelemetry.exporter.internal.FailedExportException.GrpcExportException;
import io.opentelemetry.exporter.internal.FailedExportException.HttpExportException;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.GrpcResponse;
import io.opentelemetry.sdk.common.export.GrpcStatusCode;
import io.opentelemetry.sdk.common.export.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * What the backend's answer means for the request.
 *
 * <p>Refused for good is only what is about the data itself. Wrong credentials, a wrong path or an
 * internal error are about the installation: they are waited out, since whoever repairs them
 * expects to find the traces, not a topic full of dead letters.
 *
 * @param message what the backend said, empty when it accepted
 */
record Verdict(Kind kind, String message) {

  /** Accepted: done. Retry: the same again later. Refused: the same again is refused again. */
  enum Kind {
    ACCEPTED,
    RETRY,
    REFUSED
  }

  /** Bad request, payload too large, unprocessable content, header fields too large. */
  private static final Set<Integer> HTTP_REFUSALS = Set.of(400, 413, 422, 431);

  private static final int MAX_MESSAGE = 500;

  /** Of a completed export. */
  static Verdict of(CompletableResultCode result) {
    if (result.isSuccess()) {
      return new Verdict(Kind.ACCEPTED, "");
    }
    Throwable failure = result.getFailureThrowable();
    if (failure instanceof HttpExportException http && http.getResponse() != null) {
      return http(http.getResponse());
    }
    if (failure instanceof GrpcExportException grpc && grpc.getResponse() != null) {
      return grpc(grpc.getResponse());
    }
    return new Verdict(Kind.RETRY, reason(failure));
  }

  private static Verdict http(HttpResponse response) {
    String message = "HTTP " + response.getStatusCode() + " " + response.getStatusMessage();
    String body = readable(response.getResponseBody());
    return new Verdict(
        HTTP_REFUSALS.contains(response.getStatusCode()) ? Kind.REFUSED : Kind.RETRY,
        cut(body.isEmpty() ? message.strip() : message.strip() + ": " + body));
  }

  private static Verdict grpc(GrpcResponse response) {
    GrpcStatusCode code = response.getStatusCode();
    String description = String.valueOf(response.getStatusDescription());
    // The same code says "slow down"; what is too large stays too large.
    boolean tooLarge =
        code == GrpcStatusCode.RESOURCE_EXHAUSTED && description.contains("larger than max");
    return new Verdict(
        code == GrpcStatusCode.INVALID_ARGUMENT || tooLarge ? Kind.REFUSED : Kind.RETRY,
        cut("gRPC " + code + ": " + description));
  }

  /** The body is a google.rpc.Status in protobuf; its message is the readable part of it. */
  private static String readable(byte[] body) {
    if (body == null) {
      return "";
    }
    return new String(body, StandardCharsets.UTF_8).replaceAll("[\\p{Cntrl}\\uFFFD]+", " ").strip();
  }

  private static String reason(Throwable failure) {
    Throwable cause = failure;
    while (cause != null && cause.getMessage() == null && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof HttpExportException || cause instanceof GrpcExportException) {
      cause = cause.getCause() == null ? cause : cause.getCause();
    }
    return cause == null
        ? "the exporter gave no reason"
        : cut(cause.getClass().getSimpleName() + ": " + cause.getMessage());
  }

  private static String cut(String text) {
    return text.length() <= MAX_MESSAGE ? text : text.substring(0, MAX_MESSAGE);
  }
}
