package io.kspan.topology.place;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import io.kspan.topology.InMemoryStores;
import io.kspan.topology.assemble.CauseRules;
import io.kspan.topology.envelope.EnvelopeReader;
import io.kspan.topology.lineage.LineageKeys;
import io.kspan.topology.lineage.PublishedWatermarks;
import io.kspan.topology.metrics.Metrics;
import io.kspan.topology.names.Names;
import io.kspan.topology.time.IdlePartitions;
import io.kspan.topology.time.Watermark;
import io.kspan.topology.wire.GatherItem;
import io.kspan.topology.wire.LineageRecord;
import io.kspan.topology.wire.LineageRecord.Watermarks;
import io.kspan.topology.wire.LineageRecordSerde;
import io.kspan.topology.wire.PlaceOutput;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Task 0 of two: what it does with what both have decided. */
class PlaceProcessorTest {
  private static final long LATENESS = 2000;
  private static final long FORGOTTEN_AT = 50_000;
  private static final long READ = 100_000;

  private final MockProcessorContext<String, PlaceOutput> context =
      new MockProcessorContext<>(properties(), new TaskId(0, 0), null);
  private final PublishedWatermarks published = new PublishedWatermarks(2, 0, 0);

  private final EnvelopeReader reader = new EnvelopeReader("c", "topLevelSpan", List.of());
  private KeyValueStore<String, byte[]> lineage;
  private PlaceProcessor processor;

  private static Properties properties() {
    Properties properties = new Properties();
    properties.put("application.id", "test");
    properties.put("bootstrap.servers", "nowhere:9092");
    return properties;
  }

  private <V> KeyValueStore<String, V> store(String name, Serde<V> values) {
    return InMemoryStores.open(context, name, Serdes.String(), values);
  }

  @BeforeEach
  void start() {
    context.setCurrentSystemTimeMs(0);
    lineage = store(Names.LINEAGE_STORE, Serdes.ByteArray());
    store(Names.OBJECTS_STORE, new IndexedObjectSerde());
    store(Names.SEEN_STORE, Serdes.Long());
    store(Names.PENDING_STORE, new PendingItemSerde());
    store(Names.FIRST_EVENTS_STORE, new LineageRecordSerde());
    store(Names.TASK_WATERMARKS_STORE, Serdes.Long());
    store(Names.MISSING_STORE, Serdes.Long());
    store(Names.KINDS_STORE, Serdes.Long());
    new LineageRetention(store(Names.RETENTION_STORE, Serdes.String()))
        .schedule(FORGOTTEN_AT, "uid", "");
    processor =
        new PlaceProcessor(
            PlaceTestSettings.with(LATENESS),
            CauseRules.shipped(),
            IdlePartitions.NONE,
            published,
            new Metrics());
    processor.init(context);
  }

  private void decided(int task, long millis) {
    published.publish(LineageKeys.task(task), new Watermarks(task, READ, READ, millis, READ));
  }

  private List<? extends Record<? extends String, ? extends PlaceOutput>> forwarded(
      long wallClockMillis) {
    context.resetForwards();
    context.scheduledPunctuators().get(0).getPunctuator().punctuate(wallClockMillis);
    return context.forwarded().stream().map(forward -> forward.record()).toList();
  }

  private List<String> forgotten(long wallClockMillis) {
    return forwarded(wallClockMillis).stream()
        .filter(record -> record.value() == null)
        .<String>map(Record::key)
        .toList();
  }

  private List<PlaceOutput> handedOver(long wallClockMillis) {
    return forwarded(wallClockMillis).stream()
        .<PlaceOutput>map(Record::value)
        .filter(GatherItem.Watermark.class::isInstance)
        .toList();
  }

  /** It has read as far, but in catch-up most of that still waits to be decided. */
  @Test
  void shouldKeepWhatAnotherTaskMayStillLookUp() {
    decided(0, READ);
    decided(1, FORGOTTEN_AT);

    assertThat(forgotten(0)).isEmpty();
  }

  @Test
  void shouldForgetWhatNoTaskLooksUpAnyMore() {
    decided(0, READ);
    decided(1, FORGOTTEN_AT + 1);

    assertThat(forgotten(0)).containsExactly("uid");
    decided(1, READ);
    assertThat(forgotten(2000)).isEmpty();
  }

  @Test
  void shouldForgetAndHandOverNothingBeforeEveryTaskHasDecided() {
    decided(0, READ);

    assertThat(forwarded(0)).isEmpty();
  }

  /** What this task has decided by itself says nothing of the items of the other. */
  @Test
  void shouldHandOverToItsOwnPartitionWhatAllHaveDecided() {
    decided(0, READ);
    decided(1, 60_000);

    assertThat(handedOver(0)).containsExactly(new GatherItem.Watermark(0, 60_000));
  }

  @Test
  void shouldHandOverAtMostOnceASecondAndOnlyWhatIsNew() {
    decided(0, 60_000);
    decided(1, 60_000);
    assertThat(handedOver(0)).hasSize(1);
    decided(0, 70_000);
    decided(1, 70_000);

    assertThat(handedOver(999)).isEmpty();
    assertThat(handedOver(1000)).containsExactly(new GatherItem.Watermark(0, 70_000));
    assertThat(handedOver(5000)).isEmpty();
  }

  @Test
  void shouldHandOverTheEndAtOnce() {
    decided(0, 60_000);
    decided(1, 60_000);
    handedOver(0);
    decided(0, Watermark.END_OF_INPUT);
    decided(1, Watermark.END_OF_INPUT);

    assertThat(handedOver(1)).containsExactly(new GatherItem.Watermark(0, Watermark.END_OF_INPUT));
  }

  /** The owner of a namesake that was received before it may not be known yet. */
  @Test
  void shouldNotDecideALateRecordBeforeEverythingUpToItsReceiptIsKnown() {
    LineageRecord announced = new LineageRecord.WatchedKind("c", "Pod", 0);
    lineage.put(
        LineageKeys.kind("c", "Pod", 1),
        new LineageRecordSerde().serializer().serialize("", announced));
    Input widget = Input.object("Widget", "w", "widget-uid");
    read(Input.event("newest", widget, "Other").at(12).received(12));
    assertThat(occurrences(forwarded(0))).isEmpty();

    read(Input.event("late", widget, "Other").at(11).received(11));

    assertThat(occurrences(forwarded(1000))).isEmpty();
  }

  private void read(Input event) {
    context.setRecordMetadata("k8s.events", 0, 0);
    processor.process(new Record<>(new byte[0], reader.read(event.envelope()), 0));
  }

  private static List<PlaceOutput> occurrences(
      List<? extends Record<? extends String, ? extends PlaceOutput>> forwarded) {
    return forwarded.stream()
        .<PlaceOutput>map(Record::value)
        .filter(GatherItem.Occurrence.class::isInstance)
        .toList();
  }
}
