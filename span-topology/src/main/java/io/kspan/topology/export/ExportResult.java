package io.kspan.topology.export;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.sdk.common.export.GrpcResponse;
import io.opentelemetry.sdk.common.export.GrpcStatusCode;
import io.opentelemetry.sdk.common.export.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * The backend's answer to a request, and what follows from it. Immutable.
 *
 * <p>A request is refused for good only if the answer is about its data. Wrong credentials, a wrong
 * path and an internal error are about the set-up: the sink repeats the request, because the traces
 * are expected in the backend once that is repaired, not in the dead letters.
 *
 * @param message what the backend says; empty if it accepts without a comment
 * @param errorType as OpenTelemetry's {@code error.type}: HTTP or gRPC status, or the exception;
 *     empty if accepted
 * @param rejected spans or log records of an accepted request that the backend has not taken
 *     (OTLP's partial success)
 */
record ExportResult(Kind kind, String message, String errorType, long rejected) {

  /** REFUSED: the backend refuses the same request again, so it is not repeated. */
  enum Kind {
    ACCEPTED,
    RETRY,
    REFUSED
  }

  /** Bad request, payload too large, unprocessable content, header fields too large. */
  private static final Set<Integer> HTTP_REFUSALS = Set.of(400, 413, 422, 431);

  private static final int MAX_MESSAGE = 500;

  static ExportResult of(HttpResponse response) {
    int status = response.getStatusCode();
    if (status >= 200 && status < 300) {
      return accepted(response.getResponseBody());
    }
    String message = ("HTTP " + status + " " + response.getStatusMessage()).strip();
    String body = readable(response.getResponseBody());
    return new ExportResult(
        HTTP_REFUSALS.contains(status) ? Kind.REFUSED : Kind.RETRY,
        cut(body.isEmpty() ? message : message + ": " + body),
        Integer.toString(status),
        0);
  }

  static ExportResult of(GrpcResponse response) {
    GrpcStatusCode code = response.getStatusCode();
    if (code == GrpcStatusCode.OK) {
      return accepted(response.getResponseMessage());
    }
    String description = String.valueOf(response.getStatusDescription());
    // The same code asks a client to slow down; a message that is too large stays too large.
    boolean tooLarge =
        code == GrpcStatusCode.RESOURCE_EXHAUSTED && description.contains("larger than max");
    return new ExportResult(
        code == GrpcStatusCode.INVALID_ARGUMENT || tooLarge ? Kind.REFUSED : Kind.RETRY,
        cut("gRPC " + code + ": " + description),
        code.name(),
        0);
  }

  /** Of a request that got no answer. */
  static ExportResult of(Throwable failure) {
    Throwable described = failure;
    while (described.getMessage() == null && described.getCause() != null) {
      described = described.getCause();
    }
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return new ExportResult(
        Kind.RETRY,
        cut(described.getClass().getSimpleName() + ": " + described.getMessage()),
        root.getClass().getSimpleName(),
        0);
  }

  /** The partial success of traces and that of logs have the same fields. */
  private static ExportResult accepted(byte[] body) {
    ExportTracePartialSuccess partial = ExportTracePartialSuccess.getDefaultInstance();
    if (body != null) {
      try {
        partial = ExportTraceServiceResponse.parseFrom(body).getPartialSuccess();
      } catch (InvalidProtocolBufferException e) {
        // Some backends answer in JSON or plain text; the status says that they accept.
      }
    }
    return new ExportResult(
        Kind.ACCEPTED, partial.getErrorMessage(), "", Math.max(0, partial.getRejectedSpans()));
  }

  /** The body is a google.rpc.Status in protobuf; its message is the readable part of it. */
  private static String readable(byte[] body) {
    return body == null
        ? ""
        : new String(body, StandardCharsets.UTF_8).replaceAll("[\\p{Cntrl}\\uFFFD]+", " ").strip();
  }

  private static String cut(String text) {
    return text.length() <= MAX_MESSAGE ? text : text.substring(0, MAX_MESSAGE);
  }
}
