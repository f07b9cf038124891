package io.kspan.topology.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The connector and the topology must agree: both read the same vectors. */
class SpecPartsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void shouldHashPartsAsTheConnectorDoes() throws IOException {
    for (String line : Files.readAllLines(Path.of("../testdata/spec-parts.ndjson"))) {
      JsonNode vector = JSON.readTree(line);
      ObjectNode object = JSON.createObjectNode().put("kind", "Deployment");
      object.putObject("metadata").put("uid", "uid");
      object.set("spec", vector.get("spec"));

      assertThat(SpecParts.in(object, "key")).isEqualTo(vector.get("parts"));
    }
  }

  @Test
  void shouldTakeThePartsThatAnObjectCarries() throws IOException {
    JsonNode object =
        JSON.readTree("{\"kind\":\"App\",\"specParts\":{\"key\":\"abcd\"},\"spec\":{\"a\":1}}");

    assertThat(SpecParts.in(object, "c").toString()).isEqualTo("{\"key\":\"abcd\"}");
  }

  /** What is left of its spec says nothing of the rest. */
  @Test
  void shouldHaveNoPartsOfASpecThatIsHashedOnly() throws IOException {
    JsonNode object =
        JSON.readTree("{\"kind\":\"App\",\"specHash\":\"08f44b07b5901a25\",\"spec\":{\"a\":1}}");

    assertThat(SpecParts.in(object, "c").isMissingNode()).isTrue();
  }
}
