package io.kspan.topology.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.corpus.Corpus;
import io.kspan.topology.model.FinishedTrace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A recording of a real cluster under random schedules, live and as a replay. */
class CorpusScheduleTest {
  private static final int BATCH = 300;
  private static final int SCHEDULES = Integer.getInteger("simulation.repeats", 1);

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldBeAsInOnePartition(boolean wholeLog) {
    List<Message> log = new ArrayList<>();
    for (byte[] envelope : Corpus.envelopes("cluster-a", "a")) {
      Message message = Message.of(envelope);
      log.add(message);
      if (!message.event() && message.isDeletion()) {
        log.add(message.tombstone());
      }
    }
    Map<String, String> settings = wholeLog ? Runs.WHOLE_LOG : Runs.LIVE;
    List<FinishedTrace> expected = Runs.inOrder(log, settings, BATCH);

    assertThat(expected).isNotEmpty();
    for (int seed = 1; seed <= SCHEDULES; seed++) {
      assertThat(Runs.difference(Runs.catchUp(log, settings, seed, BATCH), expected))
          .as("schedule %d", seed)
          .isEmpty();
    }
  }
}
