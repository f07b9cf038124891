package io.kspan.topology.properties;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import io.kspan.topology.InMemoryStores;
import io.kspan.topology.assemble.TraceSettings;
import io.kspan.topology.envelope.EnvelopeReader;
import io.kspan.topology.envelope.InputRecord;
import io.kspan.topology.gather.GatherOutputs;
import io.kspan.topology.gather.GatherProcessor;
import io.kspan.topology.gather.GatherSettings;
import io.kspan.topology.gather.RootMeta;
import io.kspan.topology.gather.RootMetaSerde;
import io.kspan.topology.gather.SessionOutput;
import io.kspan.topology.lineage.PublishedWatermarks;
import io.kspan.topology.metrics.Metrics;
import io.kspan.topology.model.FinishedTrace;
import io.kspan.topology.model.GatherOutput;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectReference;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.PlacedOccurrence;
import io.kspan.topology.names.Names;
import io.kspan.topology.wire.GatherItem;
import io.kspan.topology.wire.GatherItemSerde;
import io.kspan.topology.wire.RootKeys;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * When gather looks at a root, and what it has forgotten by then, changes nothing of the traces:
 * live it looks often and forgets early, in catch-up once and late.
 */
class GatherPropertyTest {
  private static final EnvelopeReader READER = new EnvelopeReader("c", "topLevelSpan", List.of());

  private static final int TRIES = 1000;
  private static final int RETENTION_MILLIS = 3_600_000;
  private static final int HOUR_SECONDS = 3600;
  private static final long DAY_MILLIS = 86_400_000;
  private static final String ROOT = "uid-0";
  private static final String KEY = RootKeys.of("c", ROOT);

  private record Received(long millis, InputRecord record) {
    static Received of(Input input) {
      return new Received(input.receivedMillis(), READER.read(input.envelope()));
    }
  }

  @Provide
  Arbitrary<List<Input>> logs() {
    return Logs.any(3);
  }

  /** An hour of a tree that changes often, with events that are listed long after they happened. */
  @Provide
  Arbitrary<List<Input>> hours() {
    return Arbitraries.longs().map(seed -> hour(new Random(seed)));
  }

  private static List<Input> hour(Random random) {
    Input root = Input.object("Deployment", "web", ROOT);
    Input pod = Input.object("Pod", "web-a", "uid-1").ownedBy(root);
    List<Input> log = new ArrayList<>();
    int versions = random.nextInt(20);
    double at = 0;
    for (int i = 0; i < versions; i++) {
      at += random.nextInt(120) + 0.001;
      Input version = root.again().generation(1 + i / 2).received(at);
      version.specChangedAt(Math.floor(at) - random.nextInt(3), "kubectl", "Update");
      log.add(version.status("{replicas: %d}".formatted(random.nextInt(2))));
    }
    if (random.nextBoolean()) {
      log.add(root.again().generation(1 + versions / 2).received(at + 20.002).deleted());
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      Input version = pod.again().received(random.nextInt(HOUR_SECONDS / 2) + i / 100.0);
      log.add(random.nextBoolean() ? version.terminating() : version);
    }
    if (random.nextBoolean()) {
      log.add(pod.again().received(HOUR_SECONDS / 2.0 + random.nextInt(600) + 0.005).deleted());
    }
    for (int i = 1 + random.nextInt(12); i > 0; i--) {
      double received = random.nextInt(HOUR_SECONDS) + i / 1000.0 + 0.1;
      boolean listed = random.nextInt(3) == 0;
      double age = listed ? random.nextInt(HOUR_SECONDS) : random.nextDouble();
      Input event = Input.event("event-" + i, random.nextBoolean() ? root : pod, "Any");
      log.add(event.at(Math.max(0, received - age)).received(received));
    }
    return log;
  }

  @Property(tries = TRIES)
  void shouldWriteTheSameTracesOfALongLogWheneverItLooks(
      @ForAll("hours") List<Input> log, @ForAll Random random) {
    shouldWriteTheSameTracesWheneverItLooks(log, random);
  }

  @Property(tries = TRIES)
  void shouldWriteTheSameTracesWheneverItLooks(
      @ForAll("logs") List<Input> log, @ForAll Random random) {
    TreeSet<Long> moments = new TreeSet<>();
    for (int i = random.nextInt(100); i > 0; i--) {
      moments.add(Input.START.toEpochMilli() + random.nextInt(2 * HOUR_SECONDS) * 1000L);
    }

    List<Received> input = log.stream().map(Received::of).toList();
    assertThat(traces(input, moments)).isEqualTo(traces(input, new TreeSet<>()));
  }

  private static List<FinishedTrace> traces(List<Received> log, TreeSet<Long> momentsMillis) {
    MockProcessorContext<String, GatherOutput> context = new MockProcessorContext<>();
    context.setCurrentSystemTimeMs(0);
    KeyValueStore<String, GatherItem> items =
        InMemoryStores.open(context, Names.ITEMS_STORE, Serdes.String(), new GatherItemSerde());
    KeyValueStore<String, RootMeta> roots =
        InMemoryStores.open(context, Names.ROOTS_STORE, Serdes.String(), new RootMetaSerde());
    InMemoryStores.open(context, Names.TIMERS_STORE, Serdes.String(), Serdes.ByteArray());
    InMemoryStores.open(context, Names.GATHER_WATERMARK_STORE, Serdes.String(), Serdes.Long());
    InMemoryStores.open(context, Names.LINEAGE_STORE, Serdes.String(), Serdes.ByteArray());
    GatherProcessor gather =
        new GatherProcessor(
            new GatherSettings(
                TraceSettings.defaults(), false, RETENTION_MILLIS, true, GatherSettings.NEVER),
            new PublishedWatermarks(0, 0, 0),
            new Metrics(),
            SessionOutput.EVERYTHING);
    gather.init(context);
    List<Received> unread = withoutTheRisen(log);
    TreeSet<Long> moments = new TreeSet<>(momentsMillis);
    moments.add(Input.START.toEpochMilli() + DAY_MILLIS);
    int read = 0;
    for (long moment : moments) {
      for (; read < unread.size() && unread.get(read).millis() <= moment; read++) {
        gather.process(new Record<>(KEY, item(unread.get(read), log), 0));
        assertThat(isOpen(roots)).isEqualTo(hasOccurrences(items));
      }
      gather.process(new Record<>("all", new GatherItem.Watermark(0, moment), 0));
      context.scheduledPunctuators().get(0).getPunctuator().punctuate(0);
      assertThat(isOpen(roots)).isEqualTo(hasOccurrences(items));
    }
    List<GatherOutput> sent =
        context.forwarded().stream().<GatherOutput>map(f -> f.record().value()).toList();
    List<FinishedTrace> all = new ArrayList<>(GatherOutputs.traces(sent));
    all.addAll(GatherOutputs.changes(sent));
    return all;
  }

  private static boolean isOpen(KeyValueStore<String, RootMeta> roots) {
    RootMeta meta = roots.get(KEY);
    return meta != null && meta.open();
  }

  private static boolean hasOccurrences(KeyValueStore<String, GatherItem> items) {
    try (KeyValueIterator<String, GatherItem> entries = items.all()) {
      while (entries.hasNext()) {
        if (entries.next().value instanceof GatherItem.Occurrence) {
          return true;
        }
      }
    }
    return false;
  }

  /** By receipt, and as index lets it through: nothing of an object after its DELETED. */
  private static List<Received> withoutTheRisen(List<Received> log) {
    Set<String> gone = new HashSet<>();
    List<Received> input = new ArrayList<>();
    log.stream()
        .sorted(Comparator.comparingLong(Received::millis))
        .forEach(
            next -> {
              InputRecord.Snapshot snapshot =
                  next.record() instanceof InputRecord.Snapshot s ? s : null;
              if (snapshot == null || !gone.contains(snapshot.object().uid())) {
                input.add(next);
              }
              if (snapshot != null && snapshot.object().deleted()) {
                gone.add(snapshot.object().uid());
              }
            });
    return input;
  }

  private static GatherItem item(Received input, List<Received> log) {
    return input.record() instanceof InputRecord.Occurrence occurrence
        ? new GatherItem.Occurrence(
            new PlacedOccurrence(occurrence.event(), root(log, input.millis()), List.of(), "", 0))
        : new GatherItem.Snapshot(((InputRecord.Snapshot) input.record()).object());
  }

  /** As it is known when something is received; it has the same name all along. */
  private static ObjectIdentity root(List<Received> log, long receivedMillis) {
    List<ObjectSnapshot> snapshots =
        log.stream()
            .flatMap(
                r -> r.record() instanceof InputRecord.Snapshot s ? Stream.of(s.object()) : null)
            .filter(s -> s.uid().equals(ROOT))
            .toList();
    return snapshots.stream()
        .filter(s -> s.receiptMillis() <= receivedMillis)
        .map(ObjectSnapshot::identity)
        .findFirst()
        .orElseGet(
            () ->
                ObjectIdentity.named(
                    ROOT,
                    snapshots.isEmpty()
                        ? new ObjectReference("Deployment", "ns", "n")
                        : snapshots.get(0).reference(),
                    ""));
  }
}
