package io.kspan.topology.gather;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kspan.testsupport.generate.Input;
import io.kspan.topology.InMemoryStores;
import io.kspan.topology.assemble.TraceSettings;
import io.kspan.topology.envelope.EnvelopeReader;
import io.kspan.topology.envelope.InputRecord;
import io.kspan.topology.lineage.PublishedWatermarks;
import io.kspan.topology.metrics.Metric;
import io.kspan.topology.metrics.Metrics;
import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.FinishedSpan;
import io.kspan.topology.model.FinishedTrace;
import io.kspan.topology.model.GatherOutput;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.PlacedOccurrence;
import io.kspan.topology.names.Names;
import io.kspan.topology.wire.GatherItem;
import io.kspan.topology.wire.GatherItemSerde;
import io.kspan.topology.wire.RootKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.errors.TaskMigratedException;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What gather does when the model or forwarding fails. No root is seen, so a session ends after a
 * minute of quiet.
 */
class GatherProcessorTest {
  private static final EnvelopeReader READER = new EnvelopeReader("c", "topLevelSpan", List.of());

  private static final int RETENTION_SECONDS = 3600;
  private static final String BROKEN = "broken";
  private static final SessionOutput INDIGESTIBLE =
      (log, closedUntilNanos, session, assembled) -> {
        if (session.occurrences().stream().anyMatch(o -> o.event().reason().equals("Poison"))) {
          throw new IllegalStateException("the model fails");
        }
        return assembled.traces();
      };

  private final FailingContext context = new FailingContext();
  private final Metrics counters = new Metrics();
  private KeyValueStore<String, GatherItem> items;
  private KeyValueStore<String, RootMeta> roots;
  private KeyValueStore<String, byte[]> timers;
  private GatherProcessor gather;

  /** Forwards everything but a trace with {@code failAt} as the UID of an Event. */
  private static final class FailingContext extends MockProcessorContext<String, GatherOutput> {
    private String failAt = "";
    private RuntimeException failure = new IllegalStateException("the sink fails");

    @Override
    public <K extends String, V extends GatherOutput> void forward(Record<K, V> record) {
      if (uids(record.value()).anyMatch(failAt::equals)) {
        throw failure;
      }
      super.forward(record);
    }
  }

  /** Of the Events in a trace; a notice of a change has none. */
  private static Stream<Object> uids(GatherOutput output) {
    List<FinishedSpan> spans = output instanceof FinishedTrace trace ? trace.spans() : List.of();
    return spans.stream()
        .map(FinishedSpan::attributes)
        .map(a -> a.get("k8s.event.uid"))
        .filter(Objects::nonNull);
  }

  @BeforeEach
  void open() {
    context.setCurrentSystemTimeMs(0);
    items = store(Names.ITEMS_STORE, Serdes.String(), itemsOfWhichOneIsBroken());
    roots = store(Names.ROOTS_STORE, Serdes.String(), new RootMetaSerde());
    timers = store(Names.TIMERS_STORE, Serdes.String(), Serdes.ByteArray());
    store(Names.GATHER_WATERMARK_STORE, Serdes.String(), Serdes.Long());
    store(Names.LINEAGE_STORE, Serdes.String(), Serdes.ByteArray());
  }

  /** The configuration of one object cannot be read. */
  private static Serde<GatherItem> itemsOfWhichOneIsBroken() {
    Serde<GatherItem> items = new GatherItemSerde();
    return Serdes.serdeFrom(
        items.serializer(),
        (topic, bytes) -> {
          GatherItem item = items.deserializer().deserialize(topic, bytes);
          return item instanceof GatherItem.Snapshot s && s.object().uid().equals(BROKEN)
              ? new GatherItem.Snapshot(broken(s.object()))
              : item;
        });
  }

  private static ObjectSnapshot broken(ObjectSnapshot object) {
    SortedMap<String, String> configuration =
        new TreeMap<>() {
          @Override
          public String get(Object key) {
            throw new IllegalStateException("the model fails");
          }
        };
    return new ObjectSnapshot(
        object.uid(),
        object.reference(),
        object.apiVersion(),
        object.receiptMillis(),
        object.sequence(),
        object.creationNanos(),
        object.deleted(),
        object.terminating(),
        object.owners(),
        object.generation(),
        object.resourceVersion(),
        object.specChange(),
        object.state(),
        object.failing(),
        object.statusHash(),
        configuration,
        object.traceContext(),
        object.nodeName(),
        object.specHash(),
        object.replicas(),
        object.paused(),
        object.statusReplicas(),
        object.terminated(),
        object.scaleTarget(),
        object.labels(),
        object.delivery(),
        object.facts());
  }

  private <K, V> KeyValueStore<K, V> store(String name, Serde<K> keys, Serde<V> values) {
    return InMemoryStores.open(context, name, keys, values);
  }

  /** Over the stores as they are. */
  private void start(SessionOutput output, boolean wholeLog) {
    start(output, wholeLog, false);
  }

  private void start(SessionOutput output, boolean wholeLog, boolean changes) {
    gather =
        new GatherProcessor(
            new GatherSettings(
                TraceSettings.defaults(),
                wholeLog,
                RETENTION_SECONDS * 1000L,
                changes,
                GatherSettings.NEVER),
            new PublishedWatermarks(0, 0, 0),
            counters,
            output);
    gather.init(context);
  }

  private void occurs(String event, String widget, String reason, double at) {
    Input input = Input.event(event, "Widget", widget, widget).reason(reason).at(at);
    EventOccurrence occurrence = ((InputRecord.Occurrence) read(input)).event();
    ObjectIdentity root = ObjectIdentity.named(widget, occurrence.involved(), "");
    gather.process(
        new Record<>(
            RootKeys.of("c", widget),
            new GatherItem.Occurrence(new PlacedOccurrence(occurrence, root, List.of(), "", 0)),
            0));
  }

  private void snapshot(String deployment) {
    Input input = Input.object("Deployment", "d", deployment).received(5);
    ObjectSnapshot object = ((InputRecord.Snapshot) read(input)).object();
    gather.process(new Record<>(RootKeys.of("c", deployment), new GatherItem.Snapshot(object), 0));
  }

  private static InputRecord read(Input input) {
    return READER.read(input.envelope());
  }

  /** Everything up to that moment has been received. */
  private void until(double seconds) {
    decided(Input.START.toEpochMilli() + Math.round(seconds * 1000));
  }

  private void decided(long millis) {
    gather.process(new Record<>("all", new GatherItem.Watermark(0, millis), 0));
    List<MockProcessorContext.CapturedPunctuator> timers = context.scheduledPunctuators();
    timers.get(timers.size() - 1).getPunctuator().punctuate(0);
  }

  private List<Object> written() {
    return context.forwarded().stream().flatMap(f -> uids(f.record().value())).toList();
  }

  private static List<String> keys(KeyValueStore<String, ?> store) {
    List<String> keys = new ArrayList<>();
    try (KeyValueIterator<String, ?> entries = store.all()) {
      entries.forEachRemaining(e -> keys.add(e.key));
    }
    return keys;
  }

  @Test
  void shouldHoldUpNoOtherRoot() {
    start(INDIGESTIBLE, false);
    occurs("bad", "a", "Poison", 5);
    occurs("good", "b", "Any", 5);

    until(100);

    assertThat(written()).containsExactly("good");
    assertThat(counters.sum(Metric.FAILED_EVALUATIONS)).isEqualTo(1);
  }

  /** Its transaction is aborted, so what counts is what the stores hold when it is tried again. */
  @Test
  void shouldNotLoseATimerWhenAnythingElseFails() {
    start(SessionOutput.EVERYTHING, false);
    occurs("first", "a", "Any", 5);
    occurs("second", "b", "Any", 6);
    occurs("third", "c", "Any", 7);
    context.failAt = "second";

    assertThatThrownBy(() -> until(100))
        .isInstanceOf(KafkaException.class)
        .hasMessage("Cannot store or forward the traces of b in cluster c")
        .hasRootCauseMessage("the sink fails");
    assertThat(keys(timers)).anyMatch(k -> k.endsWith("b")).anyMatch(k -> k.endsWith("c"));

    context.failAt = "";
    until(101);
    assertThat(written()).containsExactly("first", "second", "third");
    assertThat(counters.sum(Metric.FAILED_EVALUATIONS)).isZero();
  }

  /** Kafka Streams tells by their type whether a task has to be migrated or restored. */
  @Test
  void shouldPassOnWhatKafkaStreamsThrows() {
    TaskMigratedException migrated = new TaskMigratedException("fenced");
    start(SessionOutput.EVERYTHING, false);
    occurs("first", "a", "Any", 5);
    context.failure = migrated;
    context.failAt = "first";

    assertThatThrownBy(() -> until(100)).isSameAs(migrated);
  }

  /** The failure is counted, and logged, when it is found out. */
  @Test
  void shouldNotFailAnewWhenSomethingArrives() {
    start(INDIGESTIBLE, false);
    occurs("bad", "a", "Poison", 5);
    until(100);

    for (int i = 1; i < 10; i++) {
      occurs("later-" + i, "a", "Any", i * 100);
      until((i + 1) * 100);
    }

    assertThat(written()).isEmpty();
    assertThat(counters.sum(Metric.FAILED_EVALUATIONS)).isEqualTo(1);
  }

  @Test
  void shouldKeepItsEventsForAVersionThatCan() {
    start(INDIGESTIBLE, false);
    occurs("bad", "a", "Poison", 5);
    until(100);

    start(SessionOutput.EVERYTHING, false);
    occurs("later", "a", "Any", 1000);
    until(1100);

    assertThat(written()).containsExactly("bad", "later");
    assertThat(counters.sum(Metric.DROPPED_EVENTS)).isZero();
  }

  @Test
  void shouldDropItsEventsAfterTheRetention() {
    start(INDIGESTIBLE, false);
    occurs("bad", "a", "Poison", 5);
    occurs("later", "a", "Any", 1000);
    until(1100);

    until(5 + RETENTION_SECONDS - 0.001);
    assertThat(keys(items)).hasSize(2);
    until(5 + RETENTION_SECONDS);
    assertThat(keys(items)).isEmpty();
    assertThat(keys(roots)).isEmpty();
    assertThat(counters.sum(Metric.DROPPED_EVENTS)).isEqualTo(2);
    assertThat(written()).isEmpty();
  }

  @Test
  void shouldBeginAnewAfterThat() {
    start(INDIGESTIBLE, false);
    occurs("bad", "a", "Poison", 5);
    until(100);
    until(5 + RETENTION_SECONDS);

    occurs("good", "a", "Any", 5000);
    until(5100);

    assertThat(written()).containsExactly("good");
  }

  /** In a whole log nothing is waited for. */
  @Test
  void shouldDropItsEventsAtTheEndOfAWholeLog() {
    start(INDIGESTIBLE, true);
    occurs("bad", "a", "Poison", 5);

    decided(Long.MAX_VALUE);

    assertThat(keys(items)).isEmpty();
    assertThat(counters.sum(Metric.DROPPED_EVENTS)).isEqualTo(1);
  }

  /** Its change cannot be announced either. */
  @Test
  void shouldHaveNoOpenSessionWhenItsEventsAreDropped() {
    start(INDIGESTIBLE, false, true);
    snapshot(BROKEN);
    occurs("bad", BROKEN, "Poison", 5);
    until(100);
    assertThat(roots.get(RootKeys.of("c", BROKEN)).open()).isTrue();

    until(5 + RETENTION_SECONDS);

    assertThat(counters.sum(Metric.DROPPED_EVENTS)).isEqualTo(1);
    assertThat(roots.get(RootKeys.of("c", BROKEN)).open()).isFalse();
  }

  /** A root without Events whose change cannot be announced. */
  @Test
  void shouldHoldUpNoOtherRootWhenOneWithoutEventsFails() {
    start(SessionOutput.EVERYTHING, false, true);
    snapshot(BROKEN);
    occurs("good", "b", "Any", 5);

    until(1000);

    assertThat(written()).containsExactly("good");
    assertThat(counters.sum(Metric.FAILED_EVALUATIONS)).isEqualTo(1);
    assertThat(keys(items)).hasSize(1);
    assertThat(keys(timers)).hasSize(2);
  }
}
