package io.kspan.topology.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import io.kspan.testsupport.generate.InputMessage;
import io.kspan.testsupport.generate.SimulatedCluster;
import io.kspan.topology.metrics.Metric;
import io.kspan.topology.names.Names;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;

/**
 * What streaming a rollout writes to the changelogs of the stores: as much per occurrence for a
 * large Deployment as for a small one, and no value that grows with it.
 */
class GrowingStateTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  /** What is written once or a few times for every record. */
  private static final List<String> BY_RECORD =
      List.of(
          Names.LINEAGE_STORE,
          Names.OBJECTS_STORE,
          Names.RETENTION_STORE,
          Names.SEEN_STORE,
          Names.PENDING_STORE,
          Names.ITEMS_STORE);

  /** What is written as time passes; a large rollout does not take that much longer. */
  private static final List<String> BY_TIME =
      List.of(
          Names.FIRST_EVENTS_STORE,
          Names.TASK_WATERMARKS_STORE,
          Names.ROOTS_STORE,
          Names.TIMERS_STORE,
          Names.GATHER_WATERMARK_STORE);

  // Names, counts, positions and messages get a digit or two longer.
  private static final double LONGER_NUMBERS = 1.05;

  /** All that was written to one store. */
  private record Written(long records, long bytes, long largestValue) {
    static Written of(List<TestRecord<byte[], byte[]>> log) {
      long bytes = 0;
      long largest = 0;
      for (TestRecord<byte[], byte[]> write : log) {
        long value = write.value() == null ? 0 : write.value().length;
        bytes += write.key().length + value;
        largest = Math.max(largest, value);
      }
      return new Written(log.size(), bytes, largest);
    }
  }

  private record Streamed(long occurrences, Map<String, Written> byStore) {
    double recordsPerOccurrence(String store) {
      return (double) byStore.get(store).records() / occurrences;
    }

    double bytesPerOccurrence(String store) {
      return (double) byStore.get(store).bytes() / occurrences;
    }
  }

  private static Streamed stream(int pods) {
    Map<String, Written> byStore = new TreeMap<>();
    long occurrences = 0;
    try (TopologyHarness harness = new TopologyHarness(Input.START, Map.of()).idle()) {
      Iterator<InputMessage> rollout =
          SimulatedCluster.rollouts(1, Input.START, 1, pods, Duration.ZERO);
      while (rollout.hasNext()) {
        InputMessage message = rollout.next();
        harness.pipe(message);
        occurrences += message.event() ? 1 : 0;
      }
      harness.pass(LONG);
      // Two changes; the rest are states.
      assertThat(harness.counters.sum(Metric.SPANS)).isGreaterThan(occurrences + 2);
      BY_RECORD.forEach(store -> byStore.put(store, Written.of(harness.changelog(store))));
      BY_TIME.forEach(store -> byStore.put(store, Written.of(harness.changelog(store))));
    }
    return new Streamed(occurrences, byStore);
  }

  @Test
  void shouldWriteAsMuchPerOccurrenceForALargeRolloutAsForASmallOne() {
    // As large that every object has as many versions as are remembered of one.
    Streamed small = stream(100);
    Streamed large = stream(500);

    for (String store : small.byStore().keySet()) {
      assertThat((double) large.byStore().get(store).largestValue())
          .as("largest value in %s", store)
          .isLessThanOrEqualTo(small.byStore().get(store).largestValue() * LONGER_NUMBERS);
      assertThat(large.recordsPerOccurrence(store))
          .as("records per occurrence to %s", store)
          .isLessThanOrEqualTo(small.recordsPerOccurrence(store) * LONGER_NUMBERS);
      assertThat(large.bytesPerOccurrence(store))
          .as("bytes per occurrence to %s", store)
          .isLessThanOrEqualTo(small.bytesPerOccurrence(store) * LONGER_NUMBERS);
    }
    assertThat(BY_RECORD)
        .allSatisfy(store -> assertThat(small.byStore().get(store).records()).isPositive());
  }
}
