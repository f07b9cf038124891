package io.kspan.topology.envelope;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class EnvelopeReaderTest {
  private static byte[] pod(String resourceVersion) {
    return ("{\"type\":\"ADDED\",\"cluster\":\"c\",\"observedAt\":\"2026-01-01T00:00:00Z\",\"object\":"
            + "{\"kind\":\"Pod\",\"metadata\":{\"name\":\"p\",\""
            + resourceVersion
            + "\":\"1\"}}}")
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Found by mutation: the parser took such a name for one that it had seen. */
  @Test
  void shouldRefuseAFieldNameThatIsNoUtf8WhateverWasReadBefore() {
    EnvelopeReader reader = new EnvelopeReader("default", "topLevelSpan", List.of());
    for (int at = 0; at <= 15; at++) {
      String name = "resourceVersion";
      byte[] broken = pod(name.substring(0, at) + "\u00ff" + name.substring(at));
      reader.read(pod(name));
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> reader.read(broken))
            .as(Arrays.toString(broken))
            .isInstanceOf(UnreadableRecordException.class)
            .hasMessageContaining("not UTF-8");
      }
    }
  }
}
