package io.kspan.topology.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import io.kspan.topology.assemble.Assembler.Assembled;
import io.kspan.topology.assemble.Session;
import io.kspan.topology.assemble.Session.FinishedBy;
import io.kspan.topology.envelope.EnvelopeReader;
import io.kspan.topology.envelope.InputRecord;
import io.kspan.topology.model.Attributes;
import io.kspan.topology.model.Cluster;
import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.FinishedSpan;
import io.kspan.topology.model.FinishedTrace;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.PlacedOccurrence;
import io.kspan.topology.model.RootLog;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/** The range is 1000 s to 2000 s, read from 400 s on and up to 2600 s; sessions last 600 s. */
class RangeOutputTest {
  private static final long START = Input.START.toEpochMilli();

  private static long millis(double seconds) {
    return START + Math.round(seconds * 1000);
  }

  private static long nanos(double seconds) {
    return TimeUnit.MILLISECONDS.toNanos(millis(seconds));
  }

  private static RangeOutput output(String namespace, long completeFromMillis) {
    return output(namespace, completeFromMillis, trace -> true);
  }

  private static RangeOutput output(
      String namespace, long completeFromMillis, Predicate<FinishedTrace> sampling) {
    OffsetRange offsets =
        new OffsetRange(
            Map.of(), Map.of(), millis(400), millis(2600), completeFromMillis, millis(2600));
    return new RangeOutput(
        new ReplayRange(millis(1000), millis(2000), null, namespace),
        offsets,
        TimeUnit.SECONDS.toNanos(600),
        EarlierChanges.NONE,
        sampling,
        explanation -> {});
  }

  private final RangeOutput output = output(null, Long.MIN_VALUE);

  private static FinishedTrace trace(double start, double end) {
    FinishedSpan root =
        new FinishedSpan(
            "1".repeat(16),
            "",
            "Deployment.Update",
            nanos(start),
            nanos(end),
            Attributes.copyOf(Map.of("kspan.origin", "change")),
            false,
            "",
            List.of(),
            Attributes.NONE);
    return new FinishedTrace("1".repeat(32), List.of(root));
  }

  private static EventOccurrence event(double received) {
    Input input = Input.event("e", "Deployment", "web", "root").at(received);
    return ((InputRecord.Occurrence)
            new EnvelopeReader("c", "topLevelSpan", List.of()).read(input.envelope()))
        .event();
  }

  /** The output for a session with occurrences at these times and one trace of the same length. */
  private static List<FinishedTrace> shown(
      RangeOutput output, double closedUntil, double closing, double... times) {
    List<PlacedOccurrence> occurrences =
        DoubleStream.of(times)
            .mapToObj(
                at ->
                    new PlacedOccurrence(
                        event(at),
                        ObjectIdentity.named("root", event(at).involved(), ""),
                        List.of(),
                        "",
                        0))
            .toList();
    ObjectIdentity root = occurrences.get(0).root();
    return output.of(
        new RootLog(Cluster.named("c"), root, occurrences, List.of()),
        closedUntil < 0 ? Long.MIN_VALUE : nanos(closedUntil),
        new Session(
            occurrences, Long.MIN_VALUE, nanos(closing), FinishedBy.SETTLED, 0, nanos(closing)),
        new Assembled(List.of(trace(times[0], times[times.length - 1])), Map.of(), null));
  }

  private static String cut(List<FinishedTrace> shown) {
    assertThat(shown).hasSize(1);
    return (String) shown.get(0).root().attributes().getOrDefault("kspan.replay.cut", "");
  }

  @Test
  void shouldNotChangeTracesInTheRange() {
    assertThat(shown(output, -1, 1510, 1500, 1505)).containsExactly(trace(1500, 1505));
    assertThat(output.cut()).isZero();
  }

  @Test
  void shouldMarkTracesThatTheRangeCuts() {
    assertThat(cut(shown(output, -1, 1100, 999.999, 1001))).isEqualTo("start");
    assertThat(cut(shown(output, -1, 2100, 1999, 2000))).isEqualTo("end");
    assertThat(cut(shown(output, -1, 2100, 900, 2050))).isEqualTo("both");
    assertThat(cut(shown(output, -1, 1100, 1000, 1999.999))).isEmpty();
    assertThat(output.cut()).isEqualTo(3);
  }

  @Test
  void shouldMarkTracesThatAreNotCompleteAtTheEnd() {
    assertThat(cut(shown(output, -1, 2600.001, 1500, 1900))).isEqualTo("end");
    assertThat(cut(shown(output, -1, 2600, 1500, 1900))).isEmpty();
  }

  @Test
  void shouldDropTracesOutsideTheRange() {
    assertThat(shown(output, -1, 999, 900, 999)).isEmpty();
    assertThat(shown(output, -1, 2100, 2000, 2010)).isEmpty();
  }

  @Test
  void shouldWriteTracesOfTheNamespaceOnly() {
    assertThat(shown(output("ns", Long.MIN_VALUE), -1, 1510, 1500)).hasSize(1);
    assertThat(shown(output("other", Long.MIN_VALUE), -1, 1510, 1500)).isEmpty();
  }

  @Test
  void shouldDropTracesThatAreNotSampled() {
    assertThat(shown(output(null, Long.MIN_VALUE, trace -> false), -1, 1510, 1500)).isEmpty();
  }

  @Test
  void shouldMarkTracesOfARootWithoutAPauseSinceTheFirstEvent() {
    RangeOutput skipping = output(null, millis(400));

    assertThat(shown(skipping, -1, 960, 900)).isEmpty();
    assertThat(cut(shown(skipping, 960, 1110, 1100))).isEqualTo("start");
    assertThat(cut(shown(skipping, 1110, 1709, 1699.999))).isEqualTo("start");
  }

  @Test
  void shouldNotMarkTracesAfterAPause() {
    RangeOutput skipping = output(null, millis(400));

    assertThat(cut(shown(skipping, -1, 1020, 1000, 1010))).isEmpty();
    assertThat(cut(shown(skipping, 1020, 1040, 1030))).isEmpty();

    RangeOutput later = output(null, millis(400));
    assertThat(shown(later, -1, 510, 500)).isEmpty();
    assertThat(cut(shown(later, 510, 1200, 1100))).isEmpty();
    assertThat(cut(shown(later, 1200, 1300, 1250))).isEmpty();
  }
}
