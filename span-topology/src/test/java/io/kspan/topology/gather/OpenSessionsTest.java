package io.kspan.topology.gather;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import io.kspan.topology.assemble.TraceSettings;
import io.kspan.topology.config.TopologyConfig;
import io.kspan.topology.envelope.EnvelopeReader;
import io.kspan.topology.envelope.InputRecord;
import io.kspan.topology.model.Cluster;
import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.PlacedOccurrence;
import io.kspan.topology.model.RootLog;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/** With the default settings the shortest quiet time is 10 s. */
class OpenSessionsTest {
  private static final EnvelopeReader READER = new EnvelopeReader("c", "topLevelSpan", List.of());

  private static final String ROOT = "c/root";
  private static final long START = Input.START.toEpochMilli();

  private static final Map<String, String> SMALL =
      Map.of("bootstrap.servers", "localhost:9092", "trace.max.occurrences", "3");

  private final OpenSessions open = new OpenSessions(TraceSettings.defaults());

  private static EventOccurrence event(double received) {
    Input input = Input.event("e", "Deployment", "web", "root").at(received);
    return ((InputRecord.Occurrence) READER.read(input.envelope())).event();
  }

  private void evaluated(double... left) {
    open.evaluated(ROOT, log(left), RootMeta.fresh());
  }

  private static RootLog log(double... left) {
    ObjectIdentity root = ObjectIdentity.named("root", event(0).involved(), "");
    List<PlacedOccurrence> occurrences =
        DoubleStream.of(left)
            .mapToObj(at -> new PlacedOccurrence(event(at), root, List.of(), "", 0))
            .toList();
    return new RootLog(Cluster.named("c"), root, occurrences, List.of());
  }

  private void occurred(double received) {
    open.occurred(ROOT, event(received), RootMeta.fresh());
  }

  private double notOverBefore() {
    return (open.notOverBefore(ROOT) - START) / 1000.0;
  }

  @Test
  void shouldNotKnowBeforeTheFirstEvaluation() {
    occurred(1);

    assertThat(open.notOverBefore(ROOT)).isEqualTo(Long.MIN_VALUE);
  }

  @Test
  void shouldLastForTheQuietTimeAfterTheLastOfARun() {
    evaluated(0, 9);
    assertThat(notOverBefore()).isEqualTo(19);

    occurred(18);
    occurred(12);
    assertThat(notOverBefore()).isEqualTo(28);
  }

  @Test
  void shouldNotReachAcrossAGap() {
    evaluated(0, 10);
    assertThat(notOverBefore()).isEqualTo(10);

    occurred(50);
    assertThat(notOverBefore()).isEqualTo(10);
  }

  @Test
  void shouldBeginEarlierWhenSomethingEarlierTurnsUp() {
    evaluated(100, 105);
    occurred(95);
    assertThat(notOverBefore()).isEqualTo(115);

    occurred(50);
    assertThat(notOverBefore()).isEqualTo(60);
  }

  @Test
  void shouldNotLastLongerThanAnIncidentOrTheLongestSession() {
    double[] busy = DoubleStream.iterate(0, at -> at < 900, at -> at + 5).toArray();
    evaluated(busy);
    assertThat(notOverBefore()).isEqualTo(600);

    open.failing(ROOT);
    assertThat(notOverBefore()).isEqualTo(120);
  }

  @Test
  void shouldNotPromiseAnythingForMoreThanASessionMayHold() {
    OpenSessions small = new OpenSessions(new TopologyConfig(SMALL).traceSettings());
    small.evaluated(ROOT, log(0, 1), RootMeta.fresh());
    small.occurred(ROOT, event(2), RootMeta.fresh());
    assertThat(small.notOverBefore(ROOT)).isEqualTo(START + 12_000);

    small.occurred(ROOT, event(3), RootMeta.fresh());
    assertThat(small.notOverBefore(ROOT)).isEqualTo(Long.MIN_VALUE);
  }

  @Test
  void shouldRemoveARootWithNothingOpen() {
    evaluated(1);
    evaluated();
    occurred(2);

    assertThat(open.notOverBefore(ROOT)).isEqualTo(Long.MIN_VALUE);
  }
}
