package io.kspan.topology.assemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BoundedTextTest {
  @Test
  void shouldBeReadAsOftenAsItSays() {
    BoundedText text = new BoundedText("abc", 2);

    assertThat(text).hasToString("abc").hasSize(3);
    assertThat(text.charAt(0)).isEqualTo('a');
    assertThat(text.charAt(2)).isEqualTo('c');
    assertThatThrownBy(() -> text.charAt(0)).isInstanceOf(BoundedText.TooMuchWorkException.class);
  }
}
