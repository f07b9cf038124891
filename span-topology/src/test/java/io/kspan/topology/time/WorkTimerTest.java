package io.kspan.topology.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkTimerTest {
  /** A task that sleeps learns of a record of another before its own watermark can matter. */
  @ParameterizedTest
  @CsvSource({
    "5000, 4000",
    "3000, 2000",
    "1500, 750",
    "1000, 500",
    "60000, 4000",
    "0, 100",
  })
  void shouldSleepForLessThanTheIdleGraceIfThereIsOne(long graceMillis, long sleepMillis) {
    assertThat(WorkTimer.sleepWithin(graceMillis)).isEqualTo(Duration.ofMillis(sleepMillis));
  }
}
