package io.kspan.topology.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.topology.application.TopologyHarness;
import io.kspan.topology.names.Names;
import java.io.File;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreErrorsTest {
  private static final String FOLDER_OF_NOTHING = "/proc/none";

  @TempDir private Path folder;

  private final Map<MetricName, Metric> metrics = new HashMap<>();
  private long nowMillis;

  @Test
  void shouldFindNothingWhereAllIsWell() {
    background("waiting-items", "0_1", 0);
    StoreErrors errors = errors(folder.toFile());

    assertThat(lookLater(errors)).isEmpty();
  }

  @Test
  void shouldNameTheStoreThatCouldNotBeWritten() {
    background("seen-occurrences", "0_1", 0);
    background("waiting-items", "0_0", 0);
    background("waiting-items", "0_1", 2);
    StoreErrors errors = errors(folder.toFile());

    assertThat(lookLater(errors))
        .get()
        .extracting(Throwable::getMessage)
        .asString()
        .startsWith("RocksDB could not write a file of the store waiting-items in " + folder)
        .contains("make room, or repair the disk, and start again");
  }

  @Test
  void shouldSayThatTheDiskIsFull() {
    background("waiting-items", "0_1", 1);
    // No space is usable where there is no disk.
    StoreErrors errors = errors(new File(FOLDER_OF_NOTHING));

    assertThat(lookLater(errors))
        .get()
        .extracting(Throwable::getMessage)
        .asString()
        .startsWith("No space left on device: RocksDB could not write");
  }

  @Test
  void shouldLookOnceASecond() {
    StoreErrors errors = errors(folder.toFile());
    background("waiting-items", "0_1", 1);

    nowMillis += 999;
    assertThat(errors.check()).isEmpty();
    nowMillis += 1;
    assertThat(errors.check()).isPresent();
  }

  @Test
  void shouldKnowTheMetricOfKafkaStreams() {
    try (TopologyHarness harness = new TopologyHarness(Instant.EPOCH, Map.of())) {
      assertThat(StreamsMetrics.byStore(harness.metrics(), StoreErrors.METRIC))
          .containsKeys(Names.PENDING_STORE, Names.ITEMS_STORE, Names.LINEAGE_STORE);
    }
  }

  private StoreErrors errors(File stateFolder) {
    return new StoreErrors(() -> metrics, stateFolder, () -> Instant.ofEpochMilli(nowMillis));
  }

  private Optional<RuntimeException> lookLater(StoreErrors errors) {
    nowMillis += 1000;
    return errors.check();
  }

  private void background(String store, String task, long errors) {
    MetricName name =
        new MetricName(
            StoreErrors.METRIC,
            "stream-state-metrics",
            "",
            Map.of("rocksdb-state-id", store, "task-id", task));
    metrics.put(
        name,
        new Metric() {
          @Override
          public MetricName metricName() {
            return name;
          }

          @Override
          public Object metricValue() {
            return errors;
          }
        });
  }
}
