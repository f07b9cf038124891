package io.kspan.topology.export;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.GrpcResponse;
import io.opentelemetry.sdk.common.export.GrpcSender;
import io.opentelemetry.sdk.common.export.GrpcSenderProvider;
import io.opentelemetry.sdk.common.export.GrpcStatusCode;
import io.opentelemetry.sdk.common.export.HttpResponse;
import io.opentelemetry.sdk.common.export.HttpSender;
import io.opentelemetry.sdk.common.export.HttpSenderProvider;
import io.opentelemetry.sdk.common.export.MessageWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Hears the partial successes of OTLP: a backend may accept a request and refuse some of its spans,
 * which the exporter does not tell (open-telemetry/opentelemetry-java#4706). Gives the exporter its
 * senders and listens to their answers.
 *
 * <p>Thread-safe; of one exporter that is given one request at a time.
 */
final class Objections implements ComponentLoader {
  private static final int HTTP_OK = 200;
  private static final int HTTP_REDIRECT = 300;

  private final ComponentLoader components;
  private final AtomicReference<Objection> last = new AtomicReference<>(Objection.NONE);

  Objections(ComponentLoader components) {
    this.components = components;
  }

  /** What was said since it was last asked for. */
  Objection take() {
    return last.getAndSet(Objection.NONE);
  }

  @Override
  public <T> Iterable<T> load(Class<T> type) {
    List<T> found = new ArrayList<>();
    components.load(type).forEach(one -> found.add(type.cast(listening(one))));
    return found;
  }

  private Object listening(Object component) {
    if (component instanceof HttpSenderProvider provider) {
      return (HttpSenderProvider) config -> new Http(provider.createSender(config));
    }
    if (component instanceof GrpcSenderProvider provider) {
      return (GrpcSenderProvider) config -> new Grpc(provider.createSender(config));
    }
    return component;
  }

  private void hear(byte[] answer) {
    if (answer == null || answer.length == 0) {
      return;
    }
    try {
      ExportTracePartialSuccess said =
          ExportTraceServiceResponse.parseFrom(answer).getPartialSuccess();
      last.set(new Objection(said.getRejectedSpans(), said.getErrorMessage()));
    } catch (InvalidProtocolBufferException e) {
      // Some backends answer in JSON or plain text; the status has said that all is well.
    }
  }

  private final class Http implements HttpSender {
    private final HttpSender sender;

    Http(HttpSender sender) {
      this.sender = sender;
    }

    @Override
    public void send(
        MessageWriter message, Consumer<HttpResponse> onResponse, Consumer<Throwable> onError) {
      sender.send(
          message,
          response -> {
            if (response.getStatusCode() >= HTTP_OK && response.getStatusCode() < HTTP_REDIRECT) {
              hear(response.getResponseBody());
            }
            onResponse.accept(response);
          },
          onError);
    }

    @Override
    public CompletableResultCode shutdown() {
      return sender.shutdown();
    }
  }

  private final class Grpc implements GrpcSender {
    private final GrpcSender sender;

    Grpc(GrpcSender sender) {
      this.sender = sender;
    }

    @Override
    public void send(
        MessageWriter message, Consumer<GrpcResponse> onResponse, Consumer<Throwable> onError) {
      sender.send(
          message,
          response -> {
            if (response.getStatusCode() == GrpcStatusCode.OK) {
              hear(response.getResponseMessage());
            }
            onResponse.accept(response);
          },
          onError);
    }

    @Override
    public CompletableResultCode shutdown() {
      return sender.shutdown();
    }
  }
}
