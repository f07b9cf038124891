package io.kspan.topology.assemble;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Never plus ten seconds is never. */
class TimesTest {
  private static final long NEVER = Long.MAX_VALUE;

  @Test
  void shouldAddOnEitherSideOf1970() {
    assertThat(Times.plus(3, 5)).isEqualTo(8);
    assertThat(Times.plus(3, -5)).isEqualTo(-2);
    assertThat(Times.plus(-5, 3)).isEqualTo(-2);
    assertThat(Times.plus(-5, -3)).isEqualTo(-8);
    assertThat(Times.plus(Long.MIN_VALUE, 10)).isEqualTo(Long.MIN_VALUE + 10);
  }

  @Test
  void shouldSaturate() {
    assertThat(Times.plus(NEVER, 1)).isEqualTo(NEVER);
    assertThat(Times.plus(NEVER - 5, 10)).isEqualTo(NEVER);
    assertThat(Times.plus(NEVER, NEVER)).isEqualTo(NEVER);
    assertThat(Times.ofMillis(NEVER)).isEqualTo(NEVER);
    assertThat(Times.ofMillis(NEVER / 1_000_000 + 1)).isEqualTo(NEVER);
    assertThat(Times.ofMillis(NEVER / 1_000_000)).isEqualTo(9_223_372_036_854_000_000L);
  }
}
