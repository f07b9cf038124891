package io.kspan.topology.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.topology.Topics;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TaskWatermarkTest {
  private static final long LATENESS = 2000;
  private static final long ENDED = InputProgress.ENDED;

  private final KeyValueStore<String, Long> store =
      Stores.keyValueStoreBuilder(
              Stores.inMemoryKeyValueStore("progress"), Serdes.String(), Serdes.Long())
          .withLoggingDisabled()
          .withCachingDisabled()
          .build();

  @BeforeEach
  void openStore() {
    store.init(new MockProcessorContext<>().getStateStoreContext(), store);
  }

  private TaskWatermark watermark(long latenessMillis) {
    ResolveSettings settings =
        new ResolveSettings(
            Topics.withPrefix("k8s."),
            2,
            10_000,
            latenessMillis,
            5000,
            0,
            0,
            0,
            0,
            Set.of(),
            Set.of());
    return new TaskWatermark(store, 0, settings, IdlePartitions.NONE);
  }

  @Test
  void shouldNotPassWhatStillWaits() {
    assertThat(watermark(LATENESS).toSend(9000, 5000, 0)).hasValue(4999);
  }

  /** Its own input is read to the end, but what waits needs the lineage of tasks that are not. */
  @Test
  void shouldSayNothingOfTheWholeLogBeforeEverythingIsDecided() {
    TaskWatermark watermark = watermark(Long.MAX_VALUE);

    assertThat(watermark.toSend(ENDED, 5000, 0)).isEqualTo(OptionalLong.empty());
    assertThat(watermark.toSend(ENDED, Long.MAX_VALUE, 0)).hasValue(ENDED);
  }

  @Test
  void shouldSendAtMostOnceASecondAndOnlyWhenItAdvances() {
    TaskWatermark watermark = watermark(LATENESS);

    assertThat(watermark.toSend(1000, Long.MAX_VALUE, 0)).hasValue(1000);
    assertThat(watermark.toSend(2000, Long.MAX_VALUE, 999)).isEmpty();
    assertThat(watermark.toSend(2000, Long.MAX_VALUE, 1000)).hasValue(2000);
    assertThat(watermark.toSend(2000, Long.MAX_VALUE, 5000)).isEmpty();
    assertThat(watermark.lastSent()).isEqualTo(2000);
  }
}
