package io.kspan.topology.envelope;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {
  private static final ObjectMapper WHOLE =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  // Some that occur at several places, in objects and in lists.
  private static final List<String> NAMES =
      List.of("metadata", "name", "status", "conditions", "type", "spec", "labels", "annotations");

  private final JsonReader reader =
      new JsonReader(WantedFields.ofRecords(List.of("name"), List.of(), Set.of()));

  @Test
  void shouldSkipUnwantedFields() throws IOException {
    JsonNode read =
        read(
            """
            {"metadata": {"name": "web", "labels": {"a": "b"}, "annotations": {"x": "y"}},
             "status": {"conditions": [{"type": "Ready", "status": "True", "message": "m"}]}}
            """);

    assertThat(read)
        .isEqualTo(
            WHOLE.readTree(
                """
                {"metadata": {"name": "web", "labels": {}, "annotations": {}},
                 "status": {"conditions": [{"type": "Ready", "status": "True"}]}}
                """));
  }

  @Test
  void shouldKeepThatFieldsAreThere() throws IOException {
    JsonNode read = read("{\"metadata\": {\"managedFields\": [{\"fieldsV1\": {\"f:spec\": {}}}]}}");

    assertThat(read.at("/metadata/managedFields/0/fieldsV1").has("f:spec")).isTrue();
  }

  @Test
  void shouldReadNumbersOfEverySize() throws IOException {
    String document =
        "{\"count\": %s, \"metadata\": {\"generation\": %s}, \"status\": {\"replicas\": %s}}";
    for (List<String> numbers :
        List.of(List.of("1", "5000000000", "1e3"), List.of("-7", "99999999999999999999", "0.5"))) {
      String text = document.formatted(numbers.toArray());

      assertThat(read(text)).isEqualTo(WHOLE.readTree(text));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"labels\": {\"a\": }}",
        "{\"labels\": [1, 2}",
        "{\"labels\": \"\\x\"}",
        "{\"labels\": 01}",
        "{\"labels\": {}",
        "{\"labels\": tru}",
        "{\"type\": \"a\"} {\"type\": \"b\"}",
        "{} x"
      })
  void shouldRefuseBrokenSyntaxAlsoInWhatIsSkipped(String document) {
    assertThatThrownBy(() -> read(document)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> WHOLE.readTree(document)).isInstanceOf(JsonProcessingException.class);
  }

  @Test
  void shouldReadAnEmptyDocumentAsNothing() throws IOException {
    assertThat(read("").isMissingNode()).isTrue();
  }

  @Property(tries = 300)
  void shouldReadWantedValuesLikeAWholeTree(@ForAll("documents") JsonNode document)
      throws IOException {
    JsonNode read = reader.read(WHOLE.writeValueAsBytes(document));

    for (String path :
        List.of(
            "/type",
            "/metadata/name",
            "/metadata/annotations/name",
            "/status/conditions/0/type",
            "/status/conditions/1/status",
            "/spec/template/spec/containers/0/name")) {
      JsonNode wanted = document.at(path);
      if (wanted.isContainerNode()) {
        assertThat(read.at(path).isContainerNode()).isTrue();
      } else {
        assertThat(read.at(path)).as(path).isEqualTo(wanted);
      }
    }
  }

  @Provide
  Arbitrary<JsonNode> documents() {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    Arbitrary<JsonNode> values =
        Arbitraries.oneOf(
            Arbitraries.strings().ofMaxLength(5).map(nodes::textNode),
            Arbitraries.integers().map(nodes::numberNode),
            Arbitraries.of(nodes.nullNode(), nodes.booleanNode(true)));
    return Arbitraries.recursive(
        () -> values,
        inner ->
            Arbitraries.oneOf(
                inner.list().ofMaxSize(3).map(JsonReaderTest::array),
                Arbitraries.maps(Arbitraries.of(NAMES), inner)
                    .ofMaxSize(6)
                    .map(JsonReaderTest::object)),
        0,
        4);
  }

  private static JsonNode array(List<JsonNode> elements) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    elements.forEach(array::add);
    return array;
  }

  private static JsonNode object(Map<String, JsonNode> fields) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    fields.forEach(object::set);
    return object;
  }

  private JsonNode read(String document) throws IOException {
    return reader.read(document.getBytes(UTF_8));
  }
}
