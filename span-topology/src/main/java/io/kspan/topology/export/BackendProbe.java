package io.kspan.topology.export;

import io.kspan.topology.config.EffectiveSettings;
import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Sends one request the way the sink sends: the same exporter from the same variables. For one
 * thread.
 */
public final class BackendProbe implements AutoCloseable {
  private final Objections objections =
      new Objections(ComponentLoader.forClassLoader(BackendProbe.class.getClassLoader()));
  private final SpanExporter exporter;
  private final String protocol;
  private final String endpoint;

  /**
   * Builds the exporter; connects to nothing yet.
   *
   * @param otel {@code otel.}-prefixed settings that win over the environment
   * @param environment for the {@code OTEL_*} variables
   * @throws org.apache.kafka.common.config.ConfigException naming what is wrong with the settings
   */
  public BackendProbe(Map<String, String> otel, Map<String, String> environment) {
    exporter = ExporterFactory.create(otel, environment, objections);
    protocol = ExporterFactory.protocol(otel, environment);
    endpoint = EffectiveSettings.shown("endpoint", ExporterFactory.endpoint(otel, environment));
  }

  /** Where it sends to, for messages. */
  public String endpoint() {
    return endpoint;
  }

  /** {@code grpc} or {@code http/protobuf}. */
  public String protocol() {
    return protocol;
  }

  /** Sends {@code request} once and waits for the answer. */
  public Answer send(ExportTraceServiceRequest request, Duration atMost) {
    CompletableResultCode result = exporter.export(new SpanReader().read(request.toByteArray()));
    result.join(atMost.toMillis(), TimeUnit.MILLISECONDS);
    if (!result.isDone()) {
      return new Answer(false, "no answer within " + atMost.toSeconds() + " s");
    }
    Verdict verdict = Verdict.of(result);
    Objection objection = objections.take();
    boolean accepted = verdict.kind() == Verdict.Kind.ACCEPTED && objection.rejectedSpans() == 0;
    return new Answer(
        accepted, verdict.message().isEmpty() ? objection.message() : verdict.message());
  }

  @Override
  public void close() {
    exporter.close();
  }

  /**
   * What the backend said.
   *
   * @param accepted whether it has taken everything
   * @param message in its words, or why it could not be asked; empty if there is nothing to say
   */
  public record Answer(boolean accepted, String message) {}
}
