package io.kspan.topology.assemble;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values are cut to bytes of UTF-8, between characters. */
class AttributeMapTest {
  private static final int MAX_BYTES = 12;

  private final AttributeMap attributes = new AttributeMap(MAX_BYTES);

  @ParameterizedTest
  @CsvSource({"7F, 1", "80, 2", "7FF, 2", "800, 3", "FFFD, 3", "10000, 4", "1F600, 4"})
  void shouldKeepAsManyCharactersAsFit(String codePoint, int bytes) {
    String character = Character.toString(Integer.parseInt(codePoint, 16));

    assertThat(attributes.cut(character.repeat(13))).isEqualTo(character.repeat(12 / bytes));
    assertThat(attributes.cut(character.repeat(12 / bytes)))
        .as("what fits is not cut")
        .isEqualTo(character.repeat(12 / bytes));
  }

  @Test
  void shouldLeaveOutWhatIsEmptyUnlessThatSaysSomething() {
    assertThat(attributes.put("absent", "").putEvenIfEmpty("marked", "").put("n", 1).build())
        .containsOnlyKeys("marked", "n")
        .containsEntry("marked", "");
  }
}
