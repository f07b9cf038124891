package io.kspan.topology.properties;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import io.kspan.topology.assemble.TraceSettings;
import io.kspan.topology.corpus.OfflineModels;
import io.kspan.topology.explain.OfflineModel;
import io.kspan.topology.model.FinishedSpan;
import io.kspan.topology.model.FinishedTrace;
import io.kspan.topology.rules.Invariants;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds of every log, however odd. */
class ModelPropertyTest {
  private static final int TRIES = 400;
  private static final int OBJECTS = 8;

  @Provide
  Arbitrary<List<Input>> logs() {
    return Logs.any(OBJECTS);
  }

  private static List<FinishedTrace> traces(List<Input> log) {
    OfflineModel model = OfflineModels.with(TraceSettings.defaults());
    log.forEach(input -> model.add(input.envelope()));
    return model.traces();
  }

  /** Says only what differs. */
  private static void shouldEqual(List<FinishedTrace> actual, List<FinishedTrace> expected) {
    List<FinishedTrace> unexpected = new ArrayList<>(actual);
    unexpected.removeAll(expected);
    List<FinishedTrace> missing = new ArrayList<>(expected);
    missing.removeAll(actual);
    assertThat(unexpected).as("instead of %s", missing).isEmpty();
    assertThat(missing).isEmpty();
  }

  /** 1.1 and 6.4. */
  @Property(tries = TRIES)
  void shouldMakeEveryOccurrenceExactlyOneSpanOfAWellFormedTrace(@ForAll("logs") List<Input> log) {
    Set<String> spanIds = new HashSet<>();
    Set<String> traceIds = new HashSet<>();
    int events = 0;
    for (FinishedTrace trace : traces(log)) {
      Invariants.check(trace);
      assertThat(traceIds.add(trace.traceId())).as("twice: %s", trace.traceId()).isTrue();
      for (FinishedSpan span : trace.spans()) {
        assertThat(spanIds.add(span.spanId())).as("twice: %s", span).isTrue();
        events += span.attributes().get("kspan.origin").equals("event") ? 1 : 0;
      }
    }
    assertThat(events).isEqualTo((int) log.stream().filter(Input::isEvent).count());
  }

  /** 5.7. */
  @Property(tries = TRIES)
  void shouldNotDependOnTheOrderOfArrival(@ForAll("logs") List<Input> log, @ForAll Random random) {
    List<Input> shuffled = new ArrayList<>(log);
    Collections.shuffle(shuffled, random);

    shouldEqual(traces(shuffled), traces(log));
  }

  /** 1.2: copies of events and of versions of objects, whenever they are received again. */
  @Property(tries = TRIES)
  void shouldNotChangeWhenRecordsAreReceivedAgain(
      @ForAll("logs") List<Input> log, @ForAll Random random) {
    List<Input> repeated = new ArrayList<>(log);
    for (Input input : log) {
      if (random.nextBoolean()) {
        double later = (input.receivedMillis() - Input.START.toEpochMilli()) / 1000.0;
        repeated.add(input.again().received(later + 1 + random.nextInt(3000)));
      }
    }
    Collections.shuffle(repeated, random);

    shouldEqual(traces(repeated), traces(log));
  }
}
