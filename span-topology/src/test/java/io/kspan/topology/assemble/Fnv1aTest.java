package io.kspan.topology.assemble;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Hashes of several texts: kept in stores, so they must not change. */
class Fnv1aTest {
  private static final long PRIME = 0x100000001b3L;

  @Test
  void shouldHashTheLengthAndThenEachCharacter() {
    assertThat(Fnv1a.hash64(1, "")).isEqualTo(PRIME);
    assertThat(Fnv1a.hash64(0, "a")).isEqualTo((PRIME ^ 'a') * PRIME);
    assertThat(Fnv1a.hash64(7, "ab"))
        .isEqualTo((((((7L ^ 2) * PRIME) ^ 'a') * PRIME) ^ 'b') * PRIME);
  }

  @Test
  void shouldTellWhereATextEnds() {
    assertThat(Fnv1a.hash64(Fnv1a.hash64(0, "ab"), "c"))
        .isNotEqualTo(Fnv1a.hash64(Fnv1a.hash64(0, "a"), "bc"));
  }
}
