package io.kspan.quickstart.replay;

import io.kspan.quickstart.Console;
import io.kspan.quickstart.Resources;
import io.kspan.topology.export.OtlpSink;
import java.util.HashMap;
import java.util.Map;

/**
 * The sink, as quickstart and replay start it.
 *
 * <p>For one thread.
 */
public final class Export implements AutoCloseable {

  private static final long POLL_MILLIS = 100;
  private static final long REPORT_NANOS = 2_000_000_000L;

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
    OtlpSink.Progress progress = sink.progress();
    return "%d spans exported%s%s"
        .formatted(
            progress.exported(),
            progress.deadLettered() == 0
                ? ""
                : ", " + progress.deadLettered() + " requests refused by the backend",
            progress.lastError().isEmpty() ? "" : ", retrying: " + progress.lastError());
  }

  /** Waits until the backend has acknowledged {@code spans} spans, or refused them for good. */
  public void awaitExported(long spans, Console console, Resources resources)
      throws InterruptedException {
    long reported = System.nanoTime();
    while (sink.progress().spans() < spans || !sink.caughtUp()) {
      check();
      if (System.nanoTime() - reported > REPORT_NANOS) {
        reported = System.nanoTime();
        console.progress("exporting: %s of %d", status(), spans);
      }
      resources.pause(POLL_MILLIS);
    }
    console.progress("%s", status());
  }

  @Override
  public void close() {
    sink.close();
  }
}
