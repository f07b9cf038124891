package io.kspan.topology.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.corpus.Corpus;
import io.kspan.testsupport.corpus.WatchEvent;
import io.kspan.testsupport.generate.InputMessage;
import io.kspan.topology.corpus.DerivedCaptures;
import io.kspan.topology.model.FinishedTrace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A recording of a real cluster, and the captures derived from it, under random schedules, live and
 * as a replay.
 */
class CorpusScheduleTest {
  private static final int BATCH = 300;
  private static final int SCHEDULES = Integer.getInteger("simulation.repeats", 1);
  private static final List<WatchEvent> RECORDING = Corpus.watchEvents("cluster-a");

  static Stream<String> captures() {
    return DerivedCaptures.all().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("captures")
  void shouldBeAsInOnePartition(String name) {
    shouldBeAsInOnePartition(name, Runs.LIVE);
  }

  @ParameterizedTest
  @ValueSource(strings = {DerivedCaptures.UNDISTURBED, DerivedCaptures.LISTED})
  void shouldBeAsInOnePartitionAsAWholeLog(String name) {
    shouldBeAsInOnePartition(name, Runs.WHOLE_LOG);
  }

  private static void shouldBeAsInOnePartition(String name, Map<String, String> settings) {
    List<WatchEvent> capture = DerivedCaptures.all().get(name).apply(RECORDING);
    List<Message> log = new ArrayList<>();
    for (InputMessage written : capture.stream().flatMap(e -> e.messages("a").stream()).toList()) {
      log.add(
          written.envelope() == null
              ? log.get(log.size() - 1).tombstone()
              : Message.of(written.envelope()));
    }
    List<FinishedTrace> expected = Runs.inOrder(log, settings, BATCH);

    assertThat(Runs.occurrences(expected)).isEqualTo(DerivedCaptures.occurrences(capture).size());
    for (int seed = 1; seed <= SCHEDULES; seed++) {
      assertThat(Runs.difference(Runs.catchUp(log, settings, seed, BATCH), expected))
          .as("schedule %d", seed)
          .isEmpty();
    }
  }
}
