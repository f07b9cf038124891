package io.kspan.topology.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/** The pauses between attempts; SinkLoopTest has the rest. */
class ExportWorkerTest {
  private static final Duration MIN = Duration.ofMillis(500);
  private static final Duration MAX = Duration.ofSeconds(30);

  @Example
  void shouldDoubleThePauseUpToTheMaximum() {
    assertThat(ExportWorker.backoff(MIN, MAX, 1, 0)).isEqualTo(Duration.ofMillis(250));
    assertThat(ExportWorker.backoff(MIN, MAX, 2, 0)).isEqualTo(Duration.ofMillis(500));
    assertThat(ExportWorker.backoff(MIN, MAX, 7, 0)).isEqualTo(Duration.ofSeconds(15));
  }

  @Property
  void shouldStayBetweenHalfAndAll(
      @ForAll @IntRange(min = 1) int failures,
      @ForAll @DoubleRange(min = 0, max = 1, maxIncluded = false) double random) {
    assertThat(ExportWorker.backoff(MIN, MAX, failures, random)).isBetween(MIN.dividedBy(2), MAX);
  }
}
