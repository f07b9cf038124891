package io.kspan.quickstart.replay;

import io.kspan.quickstart.Console;
import io.kspan.quickstart.Count;
import io.kspan.quickstart.Resources;
import io.kspan.topology.Topics;
import io.kspan.topology.export.OtlpSink;
import io.kspan.topology.export.SinkStatistics;
import io.kspan.topology.ops.TopicScan;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * The sink, as quickstart and replay start it.
 *
 * <p>For one thread.
 */
public final class Export implements AutoCloseable {

  private static final long POLL_MILLIS = 100;
  private static final long REPORT_NANOS = 2_000_000_000L;

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
    // Somebody has pressed Ctrl-C and waits.
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
   * Throws why the sink died, if it did.
   *
   * @throws IllegalStateException with that as its cause
   */
  public void check() {
    sink.failure()
        .ifPresent(
            e -> {
              throw new IllegalStateException("the OTLP sink failed: " + e.getMessage(), e);
            });
  }

  /** What has been exported, and what is wrong if something is. */
  public String status() {
    return status(Count.of(sink.statistics().exported(), "span"));
  }

  private String status(String spans) {
    SinkStatistics statistics = sink.statistics();
    return "%s exported%s%s"
        .formatted(
            spans,
            statistics.deadLettered() == 0
                ? ""
                : ", " + Count.of(statistics.deadLettered(), "request") + " refused by " + endpoint,
            trouble(statistics.lastError()));
  }

  private String ofAll(long spans) {
    return sink.statistics().exported() + " of " + Count.of(spans, "span");
  }

  private String trouble(String error) {
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
   * @return what it refused, for people; empty when it has taken everything
   */
  public String awaitExported(long spans, Console console, Resources resources)
      throws InterruptedException {
    long reported = System.nanoTime();
    while (sink.statistics().spans() < spans || !sink.caughtUp()) {
      check();
      if (System.nanoTime() - reported > REPORT_NANOS) {
        reported = System.nanoTime();
        console.progress("%s", status(ofAll(spans)));
      }
      resources.pause(POLL_MILLIS);
    }
    console.progress("%s", status(ofAll(spans)));
    SinkStatistics statistics = sink.statistics();
    if (statistics.deadLettered() == 0 && statistics.exported() >= spans) {
      return "";
    }
    return "%s refused %d of %s: %s"
        .formatted(
            endpoint,
            Math.max(0, spans - statistics.exported()),
            Count.of(spans, "span"),
            firstRefusal());
  }

  private String firstRefusal() {
    List<String> messages = new ArrayList<>();
    new TopicScan(Map.of("bootstrap.servers", bootstrapServers))
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
