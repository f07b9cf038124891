package io.kspan.topology.ops;

import java.io.File;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsException;

/**
 * Finds out that RocksDB could not write a file in the background. A full disk does not always fail
 * the next write: after a compaction that failed for lack of space RocksDB takes writes for a
 * while, then blocks them without a limit.
 *
 * <p>Source: RocksDB wiki, "Background Error Handling". Thread-safe.
 */
public final class StoreErrors {
  static final String METRIC = "background-errors";
  private static final long INTERVAL_MILLIS = 1000;
  private static final long MIB = 1 << 20;
  // Less than RocksDB needs for a file.
  private static final long FULL_MIB = 16;

  private final Supplier<Map<MetricName, ? extends Metric>> metrics;
  private final File stateFolder;
  private final InstantSource clock;
  private volatile long checkedMillis;

  /** Checks the metrics of Kafka Streams; {@code stateFolder} is {@code state.dir}. */
  StoreErrors(
      Supplier<Map<MetricName, ? extends Metric>> metrics, File stateFolder, InstantSource clock) {
    this.metrics = metrics;
    this.stateFolder = stateFolder;
    this.clock = clock;
    this.checkedMillis = clock.millis();
  }

  /** Of a client and the settings that it was made with. */
  public static StoreErrors of(KafkaStreams streams, StreamsConfig settings) {
    return new StoreErrors(
        streams::metrics,
        new File(settings.getString(StreamsConfig.STATE_DIR_CONFIG)),
        InstantSource.system());
  }

  /** Checks at most once a second, since it goes through all metrics; empty in between. */
  public Optional<RuntimeException> check() {
    long now = clock.millis();
    if (now - checkedMillis < INTERVAL_MILLIS) {
      return Optional.empty();
    }
    checkedMillis = now;
    TreeMap<String, Double> failed = new TreeMap<>(StreamsMetrics.byStore(metrics.get(), METRIC));
    failed.values().removeIf(errors -> errors == 0);
    return failed.isEmpty()
        ? Optional.empty()
        : Optional.of(new StreamsException(message(failed.firstKey())));
  }

  private String message(String store) {
    long free = stateFolder.getUsableSpace() / MIB;
    return "%sRocksDB could not write a file of the store %s in %s, where %d MiB are free; make room, or repair the disk, and start again"
        .formatted(free < FULL_MIB ? "No space left on device: " : "", store, stateFolder, free);
  }
}
