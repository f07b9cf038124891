package io.kspan.topology.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kspan.topology.model.ObjectState;
import io.kspan.topology.status.StatusRules.Judgement;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Rule 5.3 by the examples of {@code status/examples.tsv}. Kinds that are compiled give the same as
 * the expressions of {@code status/built-in-kinds.tsv}.
 */
class StatusTableTest {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES, JsonReadFeature.ALLOW_SINGLE_QUOTES)
          .build();
  private static final BiConsumer<StatusExpression, String> IGNORED = (expression, reason) -> {};
  private static final List<StatusRule> BUILT_IN =
      StatusRuleReader.read(lines("built-in-kinds.tsv"), "built-in-kinds.tsv");

  record Example(String kind, String group, Judgement expected, String object) {
    ObjectStatus status() throws JsonProcessingException {
      return StatusTableTest.status(kind, group, (ObjectNode) JSON.readTree(object));
    }
  }

  static ObjectStatus status(String kind, String group, ObjectNode object) {
    return new ObjectStatus(
        object
            .put("kind", kind)
            .put("apiVersion", group.equals(ObjectStatus.CORE) ? "v1" : group + "/v1beta1"));
  }

  private static List<String> lines(String table) {
    try {
      return Files.readAllLines(Path.of("src/test/resources/status", table));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<Example> examples() {
    return lines("examples.tsv").stream()
        .filter(line -> !line.startsWith("#"))
        .map(StatusTableTest::example);
  }

  private static Example example(String line) {
    String[] columns = line.split("\t");
    int dot = columns[0].indexOf('.');
    String[] state = columns[1].split(" ");
    return new Example(
        columns[0].substring(0, dot),
        columns[0].substring(dot + 1),
        new Judgement(ObjectState.valueOf(state[0].toUpperCase(Locale.ROOT)), state.length > 1),
        columns[2]);
  }

  @ParameterizedTest
  @MethodSource("examples")
  void shouldJudgeAsTheExampleSays(Example example) throws JsonProcessingException {
    assertThat(StatusRules.shipped().judge(example.status(), IGNORED))
        .isEqualTo(example.expected());
    for (StatusRule rule : BUILT_IN) {
      if (rule.kind().equals(example.kind()) && rule.group().equals(example.group())) {
        assertThat(StatusRules.judge(example.status(), rule, IGNORED))
            .as("expressions")
            .isEqualTo(example.expected());
      }
    }
  }

  /** Of random objects, most of them absurd, built from the names that the rules use. */
  @Property(tries = 3000)
  void shouldJudgeBuiltInKindsAsTheirExpressions(@ForAll long seed) {
    Random random = new Random(seed);
    for (StatusRule rule : BUILT_IN) {
      ObjectNode object = JSON.createObjectNode();
      object.set("metadata", fields(random, List.of("generation"), 1));
      object.set("spec", fields(random, SPEC, 3));
      object.set("status", fields(random, STATUS, 8));
      ObjectStatus status = status(rule.kind(), rule.group(), object);

      assertThat(StatusRules.shipped().judge(status, IGNORED))
          .as(object::toString)
          .isEqualTo(StatusRules.judge(status, rule, IGNORED));
    }
  }

  private static final List<String> SPEC =
      List.of("replicas", "paused", "suspend", "updateStrategy");
  private static final List<String> STATUS =
      List.of(
          "observedGeneration",
          "phase",
          "conditions",
          "replicas",
          "readyReplicas",
          "availableReplicas",
          "updatedReplicas",
          "currentRevision",
          "updateRevision",
          "desiredNumberScheduled",
          "numberAvailable",
          "updatedNumberScheduled",
          "active",
          "containerStatuses",
          "initContainerStatuses");
  private static final List<String> TEXTS =
      List.of("1", "2", "", "x", "True", "False", "Failed", "Succeeded", "Bound", "Lost");
  private static final List<String> CONDITIONS =
      List.of("Progressing", "Failed", "Complete", "Ready");

  private static ObjectNode fields(Random random, List<String> names, int most) {
    ObjectNode fields = JSON.createObjectNode();
    for (int i = random.nextInt(most + 1); i > 0; i--) {
      String name = names.get(random.nextInt(names.size()));
      fields.set(name, field(random, name));
    }
    return fields;
  }

  private static JsonNode field(Random random, String name) {
    if (random.nextInt(8) == 0) {
      return value(random, 2);
    }
    return switch (name) {
      case "paused", "suspend" -> JsonNodeFactory.instance.booleanNode(random.nextBoolean());
      case "phase", "currentRevision", "updateRevision" ->
          JsonNodeFactory.instance.textNode(TEXTS.get(random.nextInt(TEXTS.size())));
      case "conditions" -> conditions(random);
      case "containerStatuses", "initContainerStatuses" -> containers(random);
      case "updateStrategy" -> {
        ObjectNode strategy = JSON.createObjectNode();
        if (random.nextBoolean()) {
          strategy.put("type", "OnDelete");
        }
        strategy.putObject("rollingUpdate").put("partition", random.nextInt(2));
        yield strategy;
      }
      default -> JsonNodeFactory.instance.numberNode(random.nextInt(3));
    };
  }

  private static ArrayNode conditions(Random random) {
    ArrayNode conditions = JSON.createArrayNode();
    for (int i = random.nextInt(3); i > 0; i--) {
      ObjectNode condition = conditions.addObject();
      condition.put("type", CONDITIONS.get(random.nextInt(CONDITIONS.size())));
      condition.set("status", random.nextInt(8) == 0 ? value(random, 1) : bool(random));
      if (random.nextInt(8) == 0) {
        conditions.add(value(random, 1));
      }
    }
    return conditions;
  }

  private static JsonNode bool(Random random) {
    return JsonNodeFactory.instance.textNode(random.nextBoolean() ? "True" : "False");
  }

  private static ArrayNode containers(Random random) {
    ArrayNode containers = JSON.createArrayNode();
    for (int i = random.nextInt(3); i > 0; i--) {
      containers
          .addObject()
          .putObject("state")
          .putObject("waiting")
          .put("reason", random.nextBoolean() ? "ErrImagePull" : "ContainerCreating");
      if (random.nextInt(4) == 0) {
        containers.add(value(random, 2));
      }
    }
    return containers;
  }

  private static JsonNode value(Random random, int depth) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return switch (random.nextInt(depth > 0 ? 9 : 7)) {
      case 0 -> nodes.nullNode();
      case 1 -> nodes.booleanNode(random.nextBoolean());
      case 2 -> nodes.textNode(TEXTS.get(random.nextInt(TEXTS.size())));
      case 3 -> nodes.numberNode((double) random.nextInt(3));
      case 4 -> nodes.numberNode(random.nextInt(3) + 0.5);
      case 5 -> nodes.numberNode(Long.MAX_VALUE);
      case 6 -> nodes.numberNode(random.nextInt(3));
      case 7 -> nodes.arrayNode().add(nodes.numberNode(random.nextInt(2)));
      default -> nodes.objectNode().set("type", value(random, depth - 1));
    };
  }
}
