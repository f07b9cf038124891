package io.kspan.quickstart.replay;

import static io.kspan.quickstart.process.Console.count;

import io.kspan.quickstart.process.Console;
import io.kspan.quickstart.process.Resources;
import io.kspan.topology.export.OtlpSink;
import io.kspan.topology.export.SinkStatistics;
import io.kspan.topology.names.Topics;
import io.kspan.topology.ops.TopicReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** The sink of the quickstart, and its progress for people. For one thread. */
public final class Export implements AutoCloseable {

  private static final int REPORT_SECONDS = 2;
  private static final Topics TOPICS = Topics.withPrefix("k8s.");

  private final String bootstrapServers;
  private final String endpoint;
  private final OtlpSink sink;

  /**
   * Checks the settings.
   *
   * @param exporter settings of the exporter under their OpenTelemetry names
   * @throws org.apache.kafka.common.config.ConfigException naming the value and the remedy
   */
  public Export(String bootstrapServers, Map<String, String> exporter) {
    Map<String, String> properties = new HashMap<>(exporter);
    properties.put("bootstrap.servers", bootstrapServers);
    properties.put("topic.prefix", "k8s.");
    // Short, because a user has pressed Ctrl-C and waits.
    properties.put("shutdown.timeout.ms", "10000");
    this.bootstrapServers = bootstrapServers;
    this.endpoint = exporter.getOrDefault("otel.exporter.otlp.endpoint", "the backend");
    this.sink = new OtlpSink(properties);
  }

  /** Starts to export; returns at once. */
  public void start() {
    sink.start();
  }

  /**
   * Throws if the sink has failed.
   *
   * @throws IllegalStateException with the failure as its cause
   */
  public void check() {
    sink.failure()
        .ifPresent(
            e -> {
              throw new IllegalStateException("the OTLP sink failed: " + e.getMessage(), e);
            });
  }

  /** The number of exported spans, and the current error of the backend if there is one. */
  public String status() {
    return status(count(sink.statistics().exported(), "span"));
  }

  private String status(String spans) {
    SinkStatistics statistics = sink.statistics();
    String refused =
        statistics.deadLettered() == 0
            ? ""
            : ", " + count(statistics.deadLettered(), "request") + " refused by " + endpoint;
    return spans + " exported" + refused + retrying(statistics.lastError());
  }

  private String retrying(String error) {
    if (error.isEmpty()) {
      return "";
    }
    boolean answered = error.startsWith("HTTP ") || error.startsWith("gRPC ");
    return "; %s %s%s, retrying (Ctrl-C gives up)"
        .formatted(endpoint, answered ? "answers " : "cannot be reached: ", error);
  }

  /**
   * Waits until the backend has acknowledged {@code spans} spans, or refused them for good.
   *
   * @return how many it refused and why, for people; empty when it has taken everything
   */
  public String awaitExported(long spans, Console console, Resources resources)
      throws InterruptedException {
    Runnable report =
        () ->
            console.progress(
                "%s", status(sink.statistics().exported() + " of " + count(spans, "span")));
    resources.await(
        () -> {
          check();
          return sink.statistics().spans() >= spans && sink.caughtUp();
        },
        REPORT_SECONDS,
        report);
    report.run();
    SinkStatistics statistics = sink.statistics();
    if (statistics.deadLettered() == 0 && statistics.exported() >= spans) {
      return "";
    }
    return "%s refused %d of %s: %s"
        .formatted(
            endpoint,
            Math.max(0, spans - statistics.exported()),
            count(spans, "span"),
            firstRefusal());
  }

  private String firstRefusal() {
    List<String> messages = new ArrayList<>();
    new TopicReader(Map.of("bootstrap.servers", bootstrapServers))
        .forEach(
            TOPICS.deadLetters(),
            record -> {
              if (TOPICS.spans().equals(header(record, "kspan.error.topic"))) {
                messages.add(header(record, "kspan.error.message"));
              }
            });
    return messages.isEmpty() ? "it gave no reason" : messages.get(0);
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null || header.value() == null
        ? ""
        : new String(header.value(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    sink.close();
  }
}
