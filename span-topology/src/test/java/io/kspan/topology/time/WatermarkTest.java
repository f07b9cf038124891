package io.kspan.topology.time;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WatermarkTest {
  private static final long LATENESS = 2000;
  private static final long GRACE = 5000;

  @Test
  void shouldKeepWhatIsNoMoment() {
    assertThat(Watermark.plus(Watermark.NONE, -1)).isEqualTo(Watermark.NONE);
    assertThat(Watermark.plus(Watermark.END_OF_INPUT, -1)).isEqualTo(Watermark.END_OF_INPUT);
    assertThat(Watermark.plus(Long.MAX_VALUE - 2, 5)).isEqualTo(Long.MAX_VALUE - 1);
    assertThat(Watermark.plus(Long.MIN_VALUE + 2, -5)).isEqualTo(Long.MIN_VALUE + 1);
    assertThat(Watermark.plus(1, 2)).isEqualTo(3);
  }

  @Test
  void shouldStayBehindTheHighestReceiptByTheLateness() {
    assertThat(Watermark.ofInput(10_000, LATENESS, Watermark.NONE, GRACE)).isEqualTo(7999);
    assertThat(Watermark.ofInput(Watermark.NONE, LATENESS, Watermark.NONE, GRACE))
        .isEqualTo(Watermark.NONE);
  }

  @Test
  void shouldFollowTheClockWhileAPartitionIsIdle() {
    assertThat(Watermark.ofInput(10_000, LATENESS, 60_000, GRACE)).isEqualTo(55_000);
    assertThat(Watermark.ofInput(58_000, LATENESS, 60_000, GRACE)).isEqualTo(55_999);
    assertThat(Watermark.ofInput(Watermark.NONE, LATENESS, 60_000, GRACE)).isEqualTo(55_000);
  }

  @Test
  void shouldKnowOnlyTheEndOfAWholeLog() {
    long infinite = Long.MAX_VALUE;
    assertThat(Watermark.ofInput(10_000, infinite, 60_000, GRACE)).isEqualTo(Watermark.NONE);
    assertThat(Watermark.ofInput(Watermark.END_OF_INPUT, infinite, 60_000, GRACE))
        .isEqualTo(Watermark.END_OF_INPUT);
    assertThat(Watermark.ofInput(10_000, LATENESS, Watermark.END_OF_INPUT, GRACE))
        .isEqualTo(Watermark.END_OF_INPUT);
  }

  @Test
  void shouldHoldForAllSourcesOfATable() {
    WatermarkTable table = new WatermarkTable(2);
    table.advance(0, 5);
    assertThat(table.least()).isEqualTo(Watermark.NONE);

    table.advance(1, 7);
    table.advance(0, 3);

    assertThat(table.least()).isEqualTo(5);
    assertThat(table.of(1)).isEqualTo(7);
  }
}
