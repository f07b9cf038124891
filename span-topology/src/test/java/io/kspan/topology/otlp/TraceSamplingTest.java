package io.kspan.topology.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.topology.model.FinishedSpan;
import io.kspan.topology.model.FinishedTrace;
import io.kspan.topology.model.TraceContext;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;

class TraceSamplingTest {
  private static final int TRACES = 400;
  private static final long SPREAD = 0x9e3779b97f4a7c15L;

  private static FinishedTrace trace(int number, boolean error) {
    // Every third id is an error.
    FinishedSpan root = Traces.span(error ? 3 : 1, 0, "kubelet", "");
    return new FinishedTrace("%032x".formatted(number * SPREAD), List.of(root));
  }

  private static long kept(TraceSampling sampling) {
    long kept = 0;
    for (int i = 1; i <= TRACES; i++) {
      kept += sampling.keeps(trace(i, false)) ? 1 : 0;
    }
    return kept;
  }

  @Example
  void shouldWriteAllOrNone() {
    assertThat(kept(new TraceSampling(1, false, true))).isEqualTo(TRACES);
    assertThat(kept(new TraceSampling(0, false, true))).isZero();
  }

  @Example
  void shouldWriteAShare() {
    assertThat(kept(new TraceSampling(0.25, false, true))).isBetween(TRACES / 5L, TRACES * 3L / 10);
  }

  @Property
  void shouldKeepWhatALowerRatioKeeps(
      @ForAll int number, @ForAll @DoubleRange(min = 0, max = 1) double ratio) {
    if (new TraceSampling(ratio / 2, false, true).keeps(trace(number, false))) {
      assertThat(new TraceSampling(ratio, false, true).keeps(trace(number, false))).isTrue();
    }
  }

  @Example
  void shouldKeepErrorsIfTold() {
    assertThat(new TraceSampling(0, true, true).keeps(trace(1, true))).isTrue();
    assertThat(new TraceSampling(0, true, true).keeps(trace(1, false))).isFalse();
    assertThat(new TraceSampling(0, false, true).keeps(trace(1, true))).isFalse();
  }

  @Example
  void shouldDecideLikeTheTraceThatItContinuesIfTold() {
    assertThat(new TraceSampling(0, true, true).keeps(child(1, false))).isTrue();
    assertThat(new TraceSampling(1, true, true).keeps(child(0, false))).isFalse();
    assertThat(new TraceSampling(1, true, true).keeps(child(0, true))).isTrue();
    assertThat(new TraceSampling(1, false, true).keeps(child(0, true))).isFalse();
    assertThat(new TraceSampling(0, true, false).keeps(child(1, false))).isFalse();
    assertThat(new TraceSampling(1, true, false).keeps(child(0, false))).isTrue();
  }

  private static FinishedTrace child(int flags, boolean error) {
    FinishedTrace trace = trace(1, error);
    return new FinishedTrace(
        trace.traceId(),
        trace.spans(),
        new TraceContext(trace.traceId(), "00f067aa0ba902b7", flags, ""));
  }
}
