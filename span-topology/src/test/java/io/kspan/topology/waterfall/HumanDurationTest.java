package io.kspan.topology.waterfall;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HumanDurationTest {

  @ParameterizedTest
  @CsvSource({
    "-5, 0 ms",
    "0, 0 ms",
    "400000, 0.4 ms",
    "999999, 1 ms",
    "12000000, 12 ms",
    "999600000, 1.0 s",
    "3400000000, 3.4 s",
    "59949000000, 59.9 s",
    "59960000000, 1 m 00 s",
    "125000000000, 2 m 05 s",
    "3599600000000, 1 h 00 m",
    "7380000000000, 2 h 03 m",
    "90000000000000, 1 d 01 h",
    "9223372036854775807, 106751 d"
  })
  void shouldReadLikeAPersonWouldSayIt(long nanos, String expected) {
    assertThat(HumanDuration.format(nanos)).isEqualTo(expected);
  }

  @Property
  void shouldFitNineColumns(@ForAll long nanos) {
    assertThat(HumanDuration.format(nanos)).hasSizeBetween(3, 9);
  }
}
