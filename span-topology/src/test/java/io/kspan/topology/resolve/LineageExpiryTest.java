package io.kspan.topology.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.topology.Names;
import io.kspan.topology.Topics;
import io.kspan.topology.assemble.CauseRules;
import io.kspan.topology.index.IndexedObjectSerde;
import io.kspan.topology.lineage.LineageKeys;
import io.kspan.topology.metrics.Metrics;
import io.kspan.topology.wire.LineageRecord;
import io.kspan.topology.wire.LineageRecordSerde;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Task 0 of two, which has read and decided everything up to {@link #READ}. */
class LineageExpiryTest {
  private static final long LATENESS = 2000;
  private static final long FORGOTTEN_AT = 50_000;
  private static final long READ = 100_000;
  private static final long LOOK_AGAIN = 2000;

  private final Serde<LineageRecord> lineageRecords = new LineageRecordSerde();
  private final MockProcessorContext<String, Resolved> context = new MockProcessorContext<>();
  private final KeyValueStore<String, byte[]> lineage =
      store(Names.LINEAGE_STORE, Serdes.ByteArray());
  private final KeyValueStore<String, Long> progress = store(Names.PROGRESS_STORE, Serdes.Long());

  private <V> KeyValueStore<String, V> store(String name, Serde<V> values) {
    KeyValueStore<String, V> store =
        Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), Serdes.String(), values)
            .withLoggingDisabled()
            .build();
    store.init(context.getStateStoreContext(), store);
    context.addStateStore(store);
    return store;
  }

  @BeforeEach
  void start() {
    context.setCurrentSystemTimeMs(0);
    store(Names.OBJECTS_STORE, new IndexedObjectSerde());
    store(Names.SEEN_STORE, Serdes.Long());
    store(Names.WAITING_STORE, new WaitingItemSerde());
    store(Names.FIRST_EVENTS_STORE, lineageRecords);
    new LineageExpiry(store(Names.EXPIRY_STORE, Serdes.String())).schedule(FORGOTTEN_AT, "uid", "");
    ResolveSettings settings =
        new ResolveSettings(
            Topics.withPrefix("k8s."), 2, 10_000, LATENESS, 5000, 0, 0, 0, 0, Set.of(), Set.of());
    new ResolveProcessor(settings, CauseRules.shipped(), IdlePartitions.NONE, new Metrics())
        .init(context);
    told(LineageKeys.watermark(0), READ);
    told(LineageKeys.watermark(1), READ);
    told(LineageKeys.decided(0), READ);
  }

  private void told(String key, long millis) {
    LineageRecord record = new LineageRecord.Watermark(0, millis);
    lineage.put(key, lineageRecords.serializer().serialize("", record));
  }

  /** What is forgotten at a look for which the input has advanced. */
  private List<String> forgotten(long wallClockMillis) {
    progress.put(InputProgress.OBJECTS, READ + LATENESS + wallClockMillis);
    progress.put(InputProgress.EVENTS, READ + LATENESS + wallClockMillis);
    context.resetForwards();
    context.scheduledPunctuators().get(0).getPunctuator().punctuate(wallClockMillis);
    return context.forwarded().stream()
        .map(forward -> forward.record())
        .filter(r -> r.value() instanceof Resolved.ToLineage news && news.record() == null)
        .<String>map(r -> r.key())
        .toList();
  }

  /** It has read as far, but in catch-up most of that still waits to be decided. */
  @Test
  void shouldKeepWhatAnotherTaskMayStillLookUp() {
    told(LineageKeys.decided(1), FORGOTTEN_AT);

    assertThat(forgotten(0)).isEmpty();
  }

  @Test
  void shouldForgetWhatNoTaskLooksUpAnyMore() {
    told(LineageKeys.decided(1), FORGOTTEN_AT + 1);

    assertThat(forgotten(0)).containsExactly("uid");
    assertThat(forgotten(LOOK_AGAIN)).isEmpty();
  }

  @Test
  void shouldForgetNothingBeforeEveryTaskHasSaidWhatItDecided() {
    assertThat(forgotten(0)).isEmpty();
  }
}
