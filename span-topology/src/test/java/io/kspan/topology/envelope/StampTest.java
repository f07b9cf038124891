package io.kspan.topology.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stamps are read as the JDK reads them. */
class StampTest {
  @Property(tries = 500)
  void shouldReadAnyMoment(
      @ForAll @LongRange(min = -62135596800L, max = 253402300799L) long second,
      @ForAll @IntRange(min = 0, max = 999_999_999) int nanos) {
    Instant moment = Instant.ofEpochSecond(second, nanos);

    assertThat(Stamp.parse(moment.toString())).isEqualTo(moment);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-20T20:17:41Z",
        "2026-11-20T20:17:41.3Z",
        "2026-11-20T20:17:41.349Z",
        "2026-11-20T20:17:41.123456789Z",
        "2026-11-20T20:17:41+00:00",
        "2026-11-20T22:17:41.5+02:00",
        "2024-02-29T00:00:00Z",
        "2026-11-20T20:17Z",
        "0001-01-01T00:00:00Z"
      })
  void shouldReadWhatTheJdkReads(String text) {
    assertThat(Stamp.parse(text)).isEqualTo(OffsetDateTime.parse(text).toInstant());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Z",
        "now",
        "2026-11-20",
        "2026-13-20T20:17:41Z",
        "2026-02-30T20:17:41Z",
        "2026-11-20T24:00:01Z",
        "2026-11-20T20:60:41Z",
        "2026-11-20T20:17:60Z",
        "2026-11-20T20:17:41.1234567891Z",
        "2026-11-20t20:17:4xZ",
        "2026-11-20 20:17:41Z"
      })
  void shouldRefuseWhatTheJdkRefuses(String text) {
    assertThatThrownBy(() -> OffsetDateTime.parse(text)).isInstanceOf(DateTimeException.class);
    assertThatThrownBy(() -> Stamp.parse(text)).isInstanceOf(DateTimeException.class);
  }

  @Test
  void shouldPadFractions() {
    assertThat(Stamp.parse("1970-01-01T00:00:01.5Z"))
        .isEqualTo(Instant.ofEpochSecond(1, 500_000_000));
  }
}
