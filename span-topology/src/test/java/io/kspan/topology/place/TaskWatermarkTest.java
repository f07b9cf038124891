package io.kspan.topology.place;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.topology.envelope.InputRecord;
import io.kspan.topology.time.IdlePartitions;
import io.kspan.topology.time.Watermark;
import io.kspan.topology.wire.LineageRecord.Watermarks;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TaskWatermarkTest {
  private static final long LATENESS = 2000;
  private static final long ENDED = Watermark.END_OF_INPUT;

  private final KeyValueStore<String, Long> store =
      Stores.keyValueStoreBuilder(
              Stores.inMemoryKeyValueStore("watermarks"), Serdes.String(), Serdes.Long())
          .withLoggingDisabled()
          .withCachingDisabled()
          .build();

  @BeforeEach
  void openStore() {
    store.init(new MockProcessorContext<>().getStateStoreContext(), store);
  }

  private TaskWatermark watermark(long latenessMillis) {
    return new TaskWatermark(store, 7, PlaceTestSettings.with(latenessMillis), IdlePartitions.NONE);
  }

  private static InputRecord record(long receiptMillis) {
    return new InputRecord.Ignored("c", receiptMillis);
  }

  @Test
  void shouldBeAsFarAsTheSlowerInput() {
    TaskWatermark watermark = watermark(LATENESS);
    watermark.read(true, record(9000));
    assertThat(watermark.readUntil()).isEqualTo(Watermark.NONE);

    watermark.read(false, record(5000));

    assertThat(watermark.readUntil()).isEqualTo(5000 - LATENESS - 1);
    assertThat(watermark.newestMillis()).isEqualTo(9000);
  }

  @Test
  void shouldNotGoBackInAnotherTask() {
    TaskWatermark before = watermark(LATENESS);
    before.read(true, record(9000));
    before.read(false, record(9000));
    before.toPublish(6999, 6000, 5000, 9000);
    before.handOver(4000);

    TaskWatermark after = watermark(LATENESS);

    assertThat(after.readUntil()).isEqualTo(9000 - LATENESS - 1);
    assertThat(after.decided()).isEqualTo(5000);
    assertThat(after.handedOver()).isEqualTo(4000);
  }

  /** Its own input is read to the end, but pending items need the lineage of other tasks. */
  @Test
  void shouldPublishNoDecisionsOfAWholeLogBeforeAllAreMade() {
    TaskWatermark watermark = watermark(Long.MAX_VALUE);

    assertThat(watermark.toPublish(ENDED, ENDED, 4999, 9000))
        .contains(new Watermarks(7, ENDED, ENDED, Watermark.NONE, Watermark.NONE));
    assertThat(watermark.toPublish(ENDED, ENDED, ENDED, 9000))
        .contains(new Watermarks(7, ENDED, ENDED, ENDED, Watermark.NONE));
  }

  @Test
  void shouldPublishAnAdvanceWhileATimerMayWaitForIt() {
    TaskWatermark watermark = watermark(LATENESS);
    assertThat(watermark.toPublish(1000, 1000, 1000, 1000)).isPresent();
    assertThat(watermark.toPublish(1000, 1000, 1000, 1000)).isEmpty();

    assertThat(watermark.toPublish(1000, 1000, 1001, 1000)).isPresent();
    assertThat(watermark.toPublish(1002, 1000, 1001, 1000)).isPresent();
  }

  /** Nothing was received for longer than any timer waits. */
  @Test
  void shouldPublishAHeartbeatOnlyWhileNothingWaitsForIt() {
    TaskWatermark watermark = watermark(LATENESS);
    long rest = 1000 + PlaceTestSettings.AWAITED_MILLIS;
    assertThat(watermark.toPublish(rest, rest, rest, 1000)).isPresent();

    assertThat(watermark.toPublish(rest + 59_999, rest + 59_999, rest + 59_999, 1000)).isEmpty();
    assertThat(watermark.toPublish(rest + 60_000, rest + 60_000, rest + 60_000, 1000)).isPresent();
  }
}
