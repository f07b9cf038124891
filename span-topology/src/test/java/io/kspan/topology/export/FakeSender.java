package io.kspan.topology.export;

import io.kspan.testsupport.otlp.OtlpBackend;
import io.kspan.topology.otlp.OtlpDecoder;
import io.opentelemetry.sdk.common.export.GrpcResponse;
import io.opentelemetry.sdk.common.export.GrpcStatusCode;
import io.opentelemetry.sdk.common.export.HttpResponse;
import io.opentelemetry.sdk.common.export.MessageWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Answers every request as the test says; a null answer leaves the request under way. */
final class FakeSender implements Function<MessageWriter, CompletableFuture<ExportResult>> {
  /** The span ids of each request. */
  final List<List<String>> requests = new ArrayList<>();

  final List<CompletableFuture<ExportResult>> open = new ArrayList<>();
  Function<List<String>, ExportResult> answer = spans -> accepted();

  /** Whether requests can be parsed. */
  boolean parse = true;

  @Override
  public CompletableFuture<ExportResult> apply(MessageWriter request) {
    List<String> spans = spans(request);
    requests.add(spans);
    ExportResult result = answer.apply(spans);
    if (result != null) {
      return CompletableFuture.completedFuture(result);
    }
    open.add(new CompletableFuture<>());
    return open.get(open.size() - 1);
  }

  private List<String> spans(MessageWriter request) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      request.writeMessage(bytes);
      if (bytes.size() != request.getContentLength()) {
        throw new AssertionError(bytes.size() + " bytes, not " + request.getContentLength());
      }
      if (!parse) {
        return List.of();
      }
      return OtlpDecoder.spans(bytes.toByteArray())
          .map(span -> HexFormat.of().formatHex(span.getSpanId().toByteArray()))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ExportResult accepted() {
    return http(200, "");
  }

  static ExportResult partial(long rejected, String message) {
    return ExportResult.of(
        httpResponse(200, OtlpBackend.partialSuccess(rejected, message).toByteArray()));
  }

  static ExportResult unreachable() {
    return ExportResult.of(new IOException("Connection refused"));
  }

  static ExportResult http(int status, String body) {
    return ExportResult.of(httpResponse(status, body.getBytes(StandardCharsets.UTF_8)));
  }

  static ExportResult grpc(GrpcStatusCode code, String description) {
    return ExportResult.of(
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
        });
  }

  private static HttpResponse httpResponse(int status, byte[] body) {
    return new HttpResponse() {
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
        return body;
      }
    };
  }
}
