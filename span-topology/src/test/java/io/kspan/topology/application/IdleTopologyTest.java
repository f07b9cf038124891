package io.kspan.topology.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import io.kspan.topology.metrics.Metric;
import io.kspan.topology.names.Names;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What one task of each stage writes to all topics and changelogs while nothing is received. */
class IdleTopologyTest {
  // The longest quiet time, the orphan window and the grace of idle partitions.
  private static final Duration AWAITED = Duration.ofMillis(300_000 + 10_000 + 5_000);
  private static final Duration HOUR = Duration.ofHours(1);

  /**
   * A record of the lineage topic, one of the changelog for each of its watermarks, and the same.
   */
  private static final int RECORDS_PER_HEARTBEAT = 7;

  private final TopologyHarness harness = new TopologyHarness(Input.START, Map.of()).idle();

  @AfterEach
  void close() {
    harness.close();
  }

  /** Records that were written since the last call. */
  private int written() {
    List<String> topics = new ArrayList<>(List.of(Names.LINEAGE_STORE));
    Stream.of(Names.PLACE_STORES, Names.GATHER_STORES).forEach(topics::addAll);
    return topics.stream().mapToInt(store -> harness.changelog(store).size()).sum()
        + harness.rekeyed(Names.BY_ROOT).size();
  }

  private void event(String uid) {
    Input event = Input.event(uid, "Widget", "w", "uid-w").reason("Any");
    double now = Duration.between(Input.START, harness.now()).toMillis() / 1000.0;
    harness.event(event.at(now).received(now).envelope());
  }

  @Test
  void shouldWriteHeartbeatsOnlyWhenNothingWasEverReceived() {
    harness.pass(Duration.ofMinutes(1));
    written();

    harness.pass(HOUR);

    assertThat(written()).isLessThanOrEqualTo(60 * RECORDS_PER_HEARTBEAT);
  }

  @Test
  void shouldWriteHeartbeatsOnlyWhenNoTimerWaitsAnyMore() {
    event("first");
    harness.pass(AWAITED.plusMinutes(1));
    assertThat(harness.counters.sum(Metric.FINISHED_TRACES)).isEqualTo(1);
    written();

    harness.pass(HOUR);

    assertThat(written()).isLessThanOrEqualTo(60 * RECORDS_PER_HEARTBEAT);
  }

  /** While a timer may wait, a task publishes what has advanced, at most once a second. */
  @Test
  void shouldFinishATraceAfterALongRestAsSoonAsAnyOther() {
    event("first");
    harness.pass(Duration.ofSeconds(85));
    assertThat(harness.counters.sum(Metric.FINISHED_TRACES)).isEqualTo(1);
    harness.pass(HOUR);

    event("second");
    harness.pass(Duration.ofSeconds(85));

    assertThat(harness.counters.sum(Metric.FINISHED_TRACES)).isEqualTo(2);
  }
}
