package io.kspan.topology.rekey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kspan.topology.envelope.EnvelopeReader;
import io.kspan.topology.envelope.InputRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The topology makes the keys that the connector writes, which are in its golden files. */
class ContractKeyTest {
  private static final Path WRITTEN =
      Path.of("../event-source-connector/src/test/resources/golden/safe.ndjson");

  @Test
  void shouldMakeTheKeysOfTheConnector() throws IOException {
    EnvelopeReader reader = new EnvelopeReader("a", "topLevelSpan", List.of());
    Set<String> topics = new HashSet<>();
    for (String line : Files.readAllLines(WRITTEN)) {
      JsonNode written = new ObjectMapper().readTree(line);
      if (written.path("value").isNull()) {
        continue;
      }
      InputRecord read =
          reader.read(written.path("value").toString().getBytes(StandardCharsets.UTF_8));
      if (!(read instanceof InputRecord.Ignored)) {
        assertThat(ContractKey.of(read)).as(line).contains(written.path("key").asText());
        topics.add(written.path("topic").asText());
      }
    }
    assertThat(topics).containsExactlyInAnyOrder("k8s.events", "k8s.objects");
  }
}
