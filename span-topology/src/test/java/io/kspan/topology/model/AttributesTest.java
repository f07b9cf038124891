package io.kspan.topology.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

/** They are what a sorted map of the same entries is. */
class AttributesTest {
  @Property
  void shouldBeASortedMap(
      @ForAll @Size(max = 60) List<@AlphaChars @StringLength(max = 2) String> keys) {
    TreeMap<String, Object> expected = new TreeMap<>();
    Attributes.Builder builder = new Attributes.Builder();
    for (String key : keys) {
      Object value = (long) expected.size();
      expected.put(key, value);
      builder.put(key, value);
    }
    Attributes attributes = builder.build();

    assertThat(List.copyOf(attributes.entrySet())).isEqualTo(List.copyOf(expected.entrySet()));
    assertThat(attributes).isEqualTo(expected).hasSameHashCodeAs(expected);
    assertThat(attributes.toString()).isEqualTo(expected.toString());
    assertThat(Attributes.copyOf(expected)).isEqualTo(attributes);
    TreeMap<String, Object> each = new TreeMap<>();
    attributes.forEach(each::put);
    assertThat(each).isEqualTo(expected);
    keys.forEach(key -> assertThat(attributes.get(key)).isEqualTo(expected.get(key)));
    assertThat(attributes.get("absent")).isNull();
    assertThat(attributes.containsKey("absent")).isFalse();
  }

  @Property
  void shouldRemoveWhatIsMeant(@ForAll List<@AlphaChars @StringLength(max = 2) String> keys) {
    TreeMap<String, Object> kept = new TreeMap<>();
    Attributes.Builder all = new Attributes.Builder();
    Predicate<String> meant = key -> key.contains("a") || key.compareTo("m") > 0;
    for (String key : keys) {
      all.put(key, key);
      if (!meant.test(key)) {
        kept.put(key, key);
      }
    }
    assertThat(all.build().toBuilder().removeIf(meant).build()).isEqualTo(kept);
  }

  @Property(tries = 1)
  void shouldNotChangeWithItsBuilder() {
    Attributes.Builder builder = new Attributes.Builder().put("a", 1L);
    Attributes before = builder.build();

    builder.put("a", 2L).put("b", 3L);

    assertThat(before).isEqualTo(Map.of("a", 1L));
    assertThat(Attributes.NONE).isEmpty();
  }
}
