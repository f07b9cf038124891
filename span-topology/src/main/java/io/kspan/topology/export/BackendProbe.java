package io.kspan.topology.export;

import io.kspan.topology.config.EffectiveSettings;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Sends one request as the sink does, with the same settings. For one thread. */
public final class BackendProbe implements AutoCloseable {
  private final OtlpSender sender;

  /**
   * Builds the sender; connects to nothing yet.
   *
   * @param otel {@code otel.}-prefixed settings that win over the environment
   * @param environment for the {@code OTEL_*} variables
   * @throws org.apache.kafka.common.config.ConfigException naming what is wrong with the settings
   */
  public BackendProbe(Map<String, String> otel, Map<String, String> environment) {
    sender = new OtlpSender(otel, environment);
  }

  /** The endpoint of the backend, for messages. */
  public String endpoint() {
    return EffectiveSettings.shown("endpoint", sender.endpoint());
  }

  /** {@code grpc} or {@code http/protobuf}. */
  public String protocol() {
    return sender.protocol();
  }

  /** Sends {@code request} once and waits for the answer. */
  public Answer send(ExportTraceServiceRequest request, Duration atMost) {
    ExportResult none =
        new ExportResult(
            ExportResult.Kind.RETRY, "no answer within " + atMost.toSeconds() + " s", "", 0);
    ExportResult result =
        sender
            .send(new Batch(Batch.Kind.WHOLE, List.of(), List.of(request.toByteArray()), 1))
            .completeOnTimeout(none, atMost.toMillis(), TimeUnit.MILLISECONDS)
            .join();
    return new Answer(
        result.kind() == ExportResult.Kind.ACCEPTED && result.rejectedSpans() == 0,
        result.message());
  }

  @Override
  public void close() {
    sender.close();
  }

  /**
   * The answer of the backend.
   *
   * @param accepted whether it has taken everything
   * @param message what it says, or why it cannot be reached; empty if there is nothing to say
   */
  public record Answer(boolean accepted, String message) {}
}
