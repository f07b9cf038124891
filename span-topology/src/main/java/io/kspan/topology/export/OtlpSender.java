package io.kspan.topology.export;

import com.google.protobuf.MessageLite;
import io.kspan.topology.config.EffectiveSettings;
import io.kspan.topology.otlp.Signal;
import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.autoconfigure.spi.internal.DefaultConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.logs.ConfigurableLogRecordExporterProvider;
import io.opentelemetry.sdk.autoconfigure.spi.traces.ConfigurableSpanExporterProvider;
import io.opentelemetry.sdk.common.export.GrpcSender;
import io.opentelemetry.sdk.common.export.GrpcSenderProvider;
import io.opentelemetry.sdk.common.export.HttpSender;
import io.opentelemetry.sdk.common.export.HttpSenderProvider;
import io.opentelemetry.sdk.common.export.MessageWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.common.config.ConfigException;

/**
 * Sends serialized OTLP requests to the backend that the standard {@code OTEL_EXPORTER_OTLP_*}
 * variables name. Thread-safe.
 *
 * <p>The SDK's own exporter reads the variables and builds its HTTP or gRPC sender from them, so
 * every variable means what it means everywhere else. Requests go to that sender directly: the
 * exporter itself takes only {@code SpanData}, which would have to be decoded and encoded again.
 */
public final class OtlpSender implements AutoCloseable {
  private static final String OTLP = "otlp";
  private static final String GRPC = "grpc";

  private final Signal signal;
  private final ConfigProperties settings;
  private final SenderLoader senders = new SenderLoader();

  private final Closeable exporter;

  /**
   * Builds the sender of a signal; connects to nothing yet. {@code overrides} win over system
   * properties, these over the environment. A {@link ConfigException} says what is wrong with the
   * settings.
   */
  public OtlpSender(Signal signal, Map<String, String> overrides, Map<String, String> environment) {
    this.signal = signal;
    settings = DefaultConfigProperties.create(settings(overrides, environment), senders);
    try {
      exporter = exporter();
    } catch (ConfigurationException | IllegalArgumentException | IllegalStateException e) {
      throw new ConfigException(
          "The OTLP exporter cannot be built: "
              + e.getMessage()
              + ". Correct the OTEL_EXPORTER_OTLP_* variables (endpoint "
              + endpoint()
              + ")");
    }
  }

  /** Sends {@code request}; the result always completes, with or without an answer. */
  CompletableFuture<ExportResult> send(MessageWriter request) {
    CompletableFuture<ExportResult> result = new CompletableFuture<>();
    Consumer<Throwable> onError = failure -> result.complete(ExportResult.of(failure));
    if (senders.http != null) {
      senders.http.send(request, answer -> result.complete(ExportResult.of(answer)), onError);
    } else {
      senders.grpc.send(request, answer -> result.complete(ExportResult.of(answer)), onError);
    }
    return result;
  }

  /** Sends {@code request} once; why the backend has not taken all of it, empty if it has. */
  public Optional<String> refusal(MessageLite request, Duration atMost) {
    ExportResult none =
        new ExportResult(
            ExportResult.Kind.RETRY, "no answer within " + atMost.toSeconds() + " s", "", 0);
    ExportResult result =
        send(new Batch(Batch.Kind.WHOLE, List.of(), List.of(request.toByteArray()), 1))
            .completeOnTimeout(none, atMost.toMillis(), TimeUnit.MILLISECONDS)
            .join();
    boolean accepted = result.kind() == ExportResult.Kind.ACCEPTED && result.rejected() == 0;
    return accepted ? Optional.empty() : Optional.of(result.message());
  }

  /** {@code grpc} or {@code http/protobuf}, for messages. */
  public String protocol() {
    return setting("protocol", GRPC);
  }

  /** The endpoint of the backend without user and password, for messages. */
  public String endpoint() {
    String local = protocol().equals(GRPC) ? "http://localhost:4317" : "http://localhost:4318";
    return EffectiveSettings.shown("endpoint", setting("endpoint", local));
  }

  @Override
  public void close() {
    try {
      exporter.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String setting(String name, String fallback) {
    String general = settings.getString("otel.exporter.otlp." + name, fallback);
    return settings.getString("otel.exporter.otlp." + signal + "." + name, general);
  }

  private Closeable exporter() {
    return signal == Signal.TRACES
        ? provider(
                ConfigurableSpanExporterProvider.class, ConfigurableSpanExporterProvider::getName)
            .createExporter(settings)
        : provider(
                ConfigurableLogRecordExporterProvider.class,
                ConfigurableLogRecordExporterProvider::getName)
            .createExporter(settings);
  }

  private static <T> T provider(Class<T> type, Function<T, String> name) {
    for (T provider : ServiceLoader.load(type, OtlpSender.class.getClassLoader())) {
      if (name.apply(provider).equals(OTLP)) {
        return provider;
      }
    }
    throw new IllegalStateException("opentelemetry-exporter-otlp is not on the classpath");
  }

  private static Map<String, String> settings(
      Map<String, String> overrides, Map<String, String> environment) {
    Map<String, String> settings = new HashMap<>();
    // The sink repeats requests itself, and for longer: it sees each failure at once, and closing
    // does not wait for hidden attempts. Retry-After is honoured only by the sender's own attempts,
    // which the variable turns on: the sender's interface does not show the header.
    settings.put("otel.java.exporter.otlp.retry.disabled", "true");
    environment.forEach(
        (name, value) -> {
          if (name.startsWith("OTEL_")) {
            settings.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value);
          }
        });
    System.getProperties()
        .forEach(
            (key, value) -> {
              if (key instanceof String name && name.startsWith(SinkConfig.OTEL_PREFIX)) {
                settings.put(name, value.toString());
              }
            });
    settings.putAll(overrides);
    return settings;
  }

  /** Gives the exporter its components and keeps the sender that is created for it. */
  private static final class SenderLoader implements ComponentLoader {
    private final ComponentLoader components =
        ComponentLoader.forClassLoader(OtlpSender.class.getClassLoader());
    private HttpSender http;
    private GrpcSender grpc;

    @Override
    public <T> Iterable<T> load(Class<T> type) {
      List<T> loaded = new ArrayList<>();
      components.load(type).forEach(one -> loaded.add(type.cast(keepingSender(one))));
      return loaded;
    }

    private Object keepingSender(Object component) {
      if (component instanceof HttpSenderProvider provider) {
        return (HttpSenderProvider) config -> http = provider.createSender(config);
      }
      if (component instanceof GrpcSenderProvider provider) {
        return (GrpcSenderProvider) config -> grpc = provider.createSender(config);
      }
      return component;
    }
  }
}
