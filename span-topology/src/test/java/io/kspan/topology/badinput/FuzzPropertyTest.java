package io.kspan.topology.badinput;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.corpus.Corpus;
import io.kspan.testsupport.generate.Input;
import io.kspan.topology.application.TopologyHarness;
import io.kspan.topology.assemble.TraceSettings;
import io.kspan.topology.corpus.OfflineModels;
import io.kspan.topology.envelope.EnvelopeReader;
import io.kspan.topology.envelope.InputRecord;
import io.kspan.topology.envelope.UnreadableRecordException;
import io.kspan.topology.explain.OfflineModel;
import io.kspan.topology.metrics.Metric;
import io.kspan.topology.model.FinishedSpan;
import io.kspan.topology.model.FinishedTrace;
import io.kspan.topology.otlp.OtlpEncoder;
import io.kspan.topology.rules.Invariants;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.kafka.streams.test.TestRecord;
import org.opentest4j.TestAbortedException;

/**
 * Real envelopes, mutated structurally and bytewise, between the records of a good rollout. The
 * number of tries of the model is raised with {@code -Djqwik.tries.default=20000}.
 */
class FuzzPropertyTest {
  private static final int TOPOLOGY_TRIES = 8;
  private static final int MODEL_RECORDS = 12;
  private static final int TOPOLOGY_RECORDS = 150;
  private static final int MUTATIONS = 3;
  private static final int BROKERS_LIMIT = 1_000_000;

  private static final List<byte[]> REAL = real();
  private static final List<byte[]> GOOD = Rollout.good().stream().map(Input::envelope).toList();
  private static final List<FinishedTrace> GOOD_TRACES = model(GOOD).traces();

  private static final int GOOD_EVENTS =
      (int) Rollout.good().stream().filter(Input::isEvent).count();

  private final EnvelopeReader reader =
      new EnvelopeReader("default", "topLevelSpan", List.of("traceparent"));

  /** A real record and what happens to it. */
  record Mutated(int index, List<Mutation> mutations) {
    byte[] value() {
      byte[] value = REAL.get(index);
      for (Mutation mutation : mutations) {
        value = mutation.apply(value);
      }
      return value;
    }

    @Override
    public String toString() {
      return mutations + " -> " + new String(value(), UTF_8);
    }
  }

  private static List<byte[]> real() {
    try {
      // All but the namespace whose UID every span of the cluster names.
      return Corpus.envelopes("cluster-a", "c").stream()
          .filter(e -> !new String(e, UTF_8).contains("\"name\":\"kube-system\""))
          .toList();
    } catch (TestAbortedException noCorpus) {
      return Rollout.of("other", "id").stream().map(Input::envelope).toList();
    }
  }

  private static OfflineModel model(List<byte[]> envelopes) {
    OfflineModel model = OfflineModels.with(TraceSettings.defaults());
    envelopes.forEach(model::add);
    return model;
  }

  @Provide
  Arbitrary<List<Mutated>> few() {
    return mutated().list().ofMinSize(1).ofMaxSize(MODEL_RECORDS);
  }

  @Provide
  Arbitrary<List<Mutated>> many() {
    return mutated().list().ofMinSize(1).ofMaxSize(TOPOLOGY_RECORDS);
  }

  private static Arbitrary<Mutated> mutated() {
    Arbitrary<Mutation> mutation =
        Combinators.combine(
                Arbitraries.of(Mutation.Kind.class),
                Arbitraries.integers().between(0, 20_000),
                Arbitraries.integers().between(0, 255))
            .as(Mutation::new);
    return Combinators.combine(
            Arbitraries.integers().between(0, REAL.size() - 1),
            mutation.list().ofMinSize(1).ofMaxSize(MUTATIONS))
        .as(Mutated::new);
  }

  /** The record if it can be read; otherwise the reason says something. */
  private Optional<InputRecord> read(byte[] value) {
    try {
      InputRecord record = reader.read(value);
      return Optional.of(
          record instanceof InputRecord.Bare bare
              ? bare.at().apply(Input.START.toEpochMilli())
              : record);
    } catch (UnreadableRecordException e) {
      assertThat(e.getMessage()).isNotBlank();
      return Optional.empty();
    }
  }

  @Property(seed = "17")
  void shouldMakeWellFormedTracesAndLeaveOthersAlone(@ForAll("few") List<Mutated> records) {
    List<byte[]> log = new ArrayList<>(GOOD);
    Set<String> occurrences = new HashSet<>();
    for (Mutated mutated : records) {
      InputRecord record = read(mutated.value()).orElse(null);
      // The model knows one cluster only.
      if (record != null && record.cluster().equals("c")) {
        log.add(mutated.value());
        if (record instanceof InputRecord.Occurrence occurrence) {
          occurrences.add(occurrence.event().id());
        }
      }
    }

    List<FinishedTrace> traces = model(log).traces();

    int events = 0;
    for (FinishedTrace trace : traces) {
      Invariants.check(trace);
      assertThat(new OtlpEncoder().encode(trace))
          .allSatisfy(request -> assertThat(request).hasSizeLessThan(BROKERS_LIMIT));
      for (FinishedSpan span : trace.spans()) {
        events += span.attributes().get("kspan.origin").equals("event") ? 1 : 0;
      }
    }
    assertThat(events).isEqualTo(GOOD_EVENTS + occurrences.size());
    assertThat(traces).containsAll(GOOD_TRACES);
  }

  @Property(tries = TOPOLOGY_TRIES, seed = "17")
  void shouldPlaceOrRefuseInTheTopologyAndLeaveOthersAlone(@ForAll("many") List<Mutated> records) {
    Map<String, String> replay = Map.of("watermark.lateness.ms", "infinite", "cluster.name", "c");
    try (TopologyHarness harness = new TopologyHarness(Input.START, replay)) {
      int unreadable = 0;
      for (int i = 0; i < Math.max(GOOD.size(), records.size()); i++) {
        if (i < GOOD.size()) {
          harness.pipe(GOOD.get(i));
        }
        if (i < records.size()) {
          byte[] value = records.get(i).value();
          unreadable += read(value).isEmpty() ? 1 : 0;
          harness.pipe(value);
        }
      }
      harness.end();

      List<TestRecord<byte[], byte[]>> letters = harness.deadLetters();
      assertThat(letters).hasSize(unreadable);
      assertThat(letters)
          .allSatisfy(
              letter ->
                  assertThat(letter.headers().lastHeader("__streams.errors.message").value())
                      .isNotEmpty());
      assertThat(harness.counters.sum(Metric.DEAD_LETTERS)).isEqualTo(unreadable);
      assertThat(harness.counters.sum(Metric.FAILED_EVALUATIONS)).isZero();
      assertThat(TopologyHarness.sorted(harness.spans()))
          .containsAll(TopologyHarness.sorted(encode(GOOD_TRACES)));
    }
  }

  private static List<byte[]> encode(List<FinishedTrace> traces) {
    return traces.stream().flatMap(t -> new OtlpEncoder().encode(t).stream()).toList();
  }
}
