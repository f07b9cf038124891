package io.kspan.topology.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final Duration MIN = Duration.ofMillis(500);
  private static final Duration MAX = Duration.ofSeconds(30);

  @Test
  void shouldDoubleUpToTheMaximum() {
    Backoff backoff = new Backoff(MIN, MAX, () -> 0);
    assertThat(backoff.after(1)).isEqualTo(Duration.ofMillis(250));
    assertThat(backoff.after(2)).isEqualTo(Duration.ofMillis(500));
    assertThat(backoff.after(7)).isEqualTo(Duration.ofSeconds(15));
  }

  @Property
  void shouldStayBetweenHalfAndAll(
      @ForAll @IntRange(min = 1) int failures,
      @ForAll @DoubleRange(min = 0, max = 1, maxIncluded = false) double random) {
    Duration pause = new Backoff(MIN, MAX, () -> random).after(failures);
    assertThat(pause).isBetween(MIN.dividedBy(2), MAX);
  }
}
