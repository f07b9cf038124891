package io.kspan.connect.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kspan.testsupport.GoldenFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Names of the parts of a spec, and hashes instead of values. */
class SpecPartsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path VECTORS = Path.of("../testdata/spec-parts.ndjson");

  /** The topology computes the same of a spec as served: its test reads the same vectors. */
  @Test
  void shouldHashPartsAsTheVectorsSay() throws IOException {
    List<String> actual = new ArrayList<>();
    for (String line : Files.readAllLines(VECTORS)) {
      ObjectNode vector = (ObjectNode) JSON.readTree(line);
      vector.set("parts", SpecParts.of("key", "uid", (ObjectNode) vector.get("spec")));
      actual.add(vector.toString());
    }

    String text = String.join("\n", actual) + "\n";
    assertThat(text).isEqualTo(GoldenFile.expected(VECTORS, text));
  }

  @Test
  void shouldHashEqualValuesOfTwoObjectsAndOfTwoNamesDifferently() throws IOException {
    ObjectNode spec = object("{'a':'1','b':'1'}");

    JsonNode one = SpecParts.of("key", "uid-1", spec).path("paths");
    JsonNode other = SpecParts.of("key", "uid-2", spec).path("paths");

    assertThat(one.path("a")).isNotEqualTo(other.path("a")).isNotEqualTo(one.path("b"));
  }

  @Test
  void shouldHashUnderTheKey() throws IOException {
    ObjectNode spec = object("{'a':'1'}");

    JsonNode one = SpecParts.of("key", "uid", spec);
    JsonNode other = SpecParts.of("another", "uid", spec);

    assertThat(one.path("paths").path("a")).isNotEqualTo(other.path("paths").path("a"));
    assertThat(one.path("key")).isNotEqualTo(other.path("key"));
    assertThat(SpecParts.of("key", "uid", object("{'a':'2'}")).path("key"))
        .isEqualTo(one.path("key"));
  }

  @Test
  void shouldHashTheSameForAnyOrderOfFields() throws IOException {
    assertThat(SpecParts.of("k", "u", object("{'a':{'x':[{'c':1,'d':2}]},'b':2}")))
        .isEqualTo(SpecParts.of("k", "u", object("{'b':2,'a':{'x':[{'d':2,'c':1}]}}")));
  }

  @Test
  void shouldBoundNamesAndStillNoticeEveryChange() throws IOException {
    ObjectNode spec = JSON.createObjectNode();
    ArrayNode variables =
        spec.putObject("template")
            .putObject("spec")
            .putArray("containers")
            .addObject()
            .put("name", "main")
            .putArray("env");
    for (int i = 0; i < 100_000; i++) {
      variables.addObject().put("name", "VARIABLE_" + i).put("value", "v" + i);
    }
    JsonNode before = SpecParts.of("k", "u", spec).path("env.main");
    ((ObjectNode) variables.get(99_999)).put("value", "changed");
    JsonNode after = SpecParts.of("k", "u", spec).path("env.main");

    assertThat(before.size()).isEqualTo(101);
    assertThat(after.path("*")).isNotEqualTo(before.path("*"));
  }

  @Test
  void shouldBoundWhatAMillionFieldsSay() throws IOException {
    ObjectNode spec = JSON.createObjectNode();
    ObjectNode deep = spec;
    for (int i = 0; i < 500; i++) {
      deep = deep.putObject("level");
    }
    ObjectNode wide = spec.putObject("wide");
    for (int i = 0; i < 1_000_000; i++) {
      wide.put("field-" + i, i);
    }
    spec.put("x".repeat(100_000), "long");
    spec.put("line\nbreak", "control");
    spec.putArray("template").add("no template");
    spec.put("strategy", "no strategy");

    ObjectNode parts = SpecParts.of("k", "u", spec);

    assertThat(parts.toString()).hasSizeLessThan(400);
    assertThat(parts.path("paths").properties())
        .extracting(Map.Entry::getKey)
        .containsExactly("level.level.level.level", "strategy", "template", "wide", "*");
  }

  /** A prefix of 253 characters, a slash and a name of 63: the longest key of a label. */
  @Test
  void shouldNameTheLongestLabels() throws IOException {
    String longest = "p".repeat(253) + '/' + "n".repeat(63);
    ObjectNode spec = object("{'template':{'metadata':{'labels':{'a':'b'}},'spec':{}}}");
    ((ObjectNode) spec.at("/template/metadata/labels")).put(longest, "v".repeat(63));

    assertThat(SpecParts.of("k", "u", spec).path("labels").has(longest)).isTrue();
  }

  @Test
  void shouldReadSpecsThatNoApiServerServes() throws IOException {
    for (String spec :
        List.of(
            "{'template':{'spec':{'containers':['x',{'image':'i'},null,[1]],'volumes':[1,{}]}}}",
            "{'template':{'spec':{'containers':{'a':1},'volumes':'v'},'metadata':'m'}}",
            "{'template':{'spec':{'containers':[{'name':{'a':1},'env':{'a':1}}]}}}",
            "{'template':{'spec':{},'metadata':{'labels':[1],'annotations':2}}}",
            "{'jobTemplate':{'spec':{'template':{'spec':{}}},'metadata':null}}",
            "{'jobTemplate':1,'strategy':{'rollingUpdate':3}}")) {
      assertThat(SpecParts.of("k", "u", object(spec)).path("key").asText()).hasSize(4);
    }
  }

  private static ObjectNode object(String json) throws IOException {
    return (ObjectNode) JSON.readTree(json.replace('\'', '"'));
  }
}
