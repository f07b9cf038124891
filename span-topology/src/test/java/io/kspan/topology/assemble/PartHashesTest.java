package io.kspan.topology.assemble;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PartHashesTest {

  @Test
  void shouldNameWhatDiffersWhatCameAndWhatWent() {
    String before = "aaaaSAME\nbbbbDIFFERS\nccccWENT";
    String now = "aaaaSAME\nBBBBDIFFERS\nddddCAME";

    assertThat(PartHashes.changed(before, now)).containsExactly("CAME", "DIFFERS", "WENT");
    assertThat(PartHashes.changed(now, now)).isEmpty();
    assertThat(PartHashes.changed("", "aaaaNEW")).containsExactly("NEW");
    assertThat(PartHashes.changed("", "")).isEmpty();
  }

  /** A name that moves behind the last one that has a hash has not gone. */
  @Test
  void shouldNotNameWhatMayBeAmongTheOthers() {
    assertThat(PartHashes.changed("1111*\naaaab\nccccd", "2222*\nxxxxa\naaaab"))
        .containsExactly("*", "a");
    assertThat(PartHashes.changed("aaaab\nccccd", "2222*\nxxxxa\naaaab")).containsExactly("*", "a");
  }

  @Test
  void shouldListNoMoreThanABoundedNumber() {
    TreeMap<String, String> many = new TreeMap<>();
    for (int i = 0; i < 40; i++) {
      many.put("NAME_%02d".formatted(i), "hash");
    }

    assertThat(PartHashes.changed("", PartHashes.text(many)))
        .hasSize(33)
        .startsWith("NAME_00")
        .endsWith("NAME_31", "*");
  }

  @Test
  void shouldReadWhatNoConnectorWrites() {
    assertThat(PartHashes.changed("\n\nabc\nabcd", "abcde")).containsExactly("e");
  }
}
