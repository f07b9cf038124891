package io.kspan.topology.status;

import static io.kspan.topology.model.ObjectState.FAILED;
import static io.kspan.topology.model.ObjectState.SETTLED;
import static io.kspan.topology.model.ObjectState.SUSPENDED;
import static io.kspan.topology.model.ObjectState.UNSETTLED;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kspan.topology.status.StatusRules.Judgement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatusRulesTest {
  private static final String LONG = "1,".repeat(500) + "1";
  private static final String STATUS =
      "{\"phase\":\"Up\",\"text\":\"x\",\"one\":1,\"half\":0.5,\"nothing\":null,\"list\":[1,2,null],\"long\":["
          + LONG
          + "],\"sub\":{\"field\":\"y\"},\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\",\"reason\":\"Ok\"}]}";

  private final List<String> unanswered = new ArrayList<>();

  private static StatusRules rules(String... lines) {
    return StatusRules.withUserRules(
        StatusRuleReader.read(
            Arrays.stream(lines).map(line -> line.replace(" | ", "\t")).toList(), "rules.tsv"));
  }

  private Judgement judge(StatusRules rules, String kind, String group)
      throws JsonProcessingException {
    ObjectNode object = new ObjectMapper().createObjectNode();
    object.putObject("metadata").put("generation", 2).put("name", "a");
    object.putObject("spec").put("suspend", true);
    object.set("status", new ObjectMapper().readTree(STATUS));
    return rules.judge(
        StatusTableTest.status(kind, group, object),
        (expression, reason) -> unanswered.add(expression.where() + ": " + reason));
  }

  private boolean isTrue(String expression) throws JsonProcessingException {
    return judge(rules("Widget | example.com | settled | " + expression), "Widget", "example.com")
            .state()
        == SETTLED;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status.phase == 'Up'",
        "status.sub.field == 'y' && status['sub']['field'] == 'y'",
        "status.half < status.one && status.one == 1.0",
        "cond('Ready') == 'True' && reason('Ready') == 'Ok' && cond('Other') == '' && reason('') == ''",
        "num(status.one) == 1 && num(status.none) == 0 && num(status.none.at.all) == 0 && num(status.nothing) == 0",
        "!has(status.nothing) && !('nothing' in status)",
        "observed && N == 1 && spec.suspend",
        "status.list.exists(x, x == 2) && size(status.list) == 3",
        "status.conditions.exists(c, c.type == 'Ready' && c.status == 'True')",
        "status.none == 1 || status.phase == 'Up'",
        "metadata.generation == 2 && metadata.name.startsWith('a')",
        "status.phase.matches('^U')",
        "status.sub.map(k, status.sub[k]) == ['y']",
      })
  void shouldUnderstandTheWordsOfTheRule(String expression) throws JsonProcessingException {
    assertThat(isTrue(expression)).isTrue();
    assertThat(unanswered).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status.none == 1",
        "status.none.at.all == 1",
        "status.sub.none",
        "spec.replicas > 0"
      })
  void shouldTakeAnAbsentFieldForFalse(String expression) throws JsonProcessingException {
    assertThat(isTrue(expression)).isFalse();
    assertThat(unanswered).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "status.text > 1 | No matching overload",
        "status.text | no boolean",
        "status.list[7] == 1 | out of bounds",
        "status.one / 0 == 1 | _/_",
        "int(status.text) == 1 | x",
        "status.long.exists(x, status.long.exists(y, x + y == 0)) | Iteration budget",
        "status.long.exists(x, -x in status.long) | too many steps",
      })
  void shouldReportAnExpressionThatFails(String expression, String reason)
      throws JsonProcessingException {
    assertThat(isTrue(expression)).isFalse();
    assertThat(unanswered).hasSize(1);
    assertThat(unanswered.get(0)).startsWith("rules.tsv, line 1: ").contains(reason);
  }

  @Test
  void shouldTakeTheFirstStateThatIsTrueAndFailingApart() throws JsonProcessingException {
    StatusRules rules =
        rules(
            "Widget | example.com | settled | true",
            "Widget | example.com | failing | true",
            "Other | example.com | suspended | true",
            "Other | example.com | failed | status.text > 1",
            "Broken | example.com | settled | true",
            "Broken | example.com | failed | true",
            "None | example.com | failing | false");

    assertThat(judge(rules, "Widget", "example.com")).isEqualTo(new Judgement(SETTLED, true));
    assertThat(judge(rules, "Other", "example.com")).isEqualTo(new Judgement(SUSPENDED, false));
    assertThat(judge(rules, "Broken", "example.com")).isEqualTo(new Judgement(FAILED, false));
    assertThat(judge(rules, "None", "example.com")).isEqualTo(new Judgement(UNSETTLED, false));
  }

  @Test
  void shouldPreferUsersThenTheKind() throws JsonProcessingException {
    StatusRules rules =
        rules(
            "Deployment | apps | failed | true",
            "* | keda.sh | failed | true",
            "ScaledJob | keda.sh | suspended | true",
            "* | core | suspended | true",
            "Kafka | kafka.strimzi.io | failed | true");

    assertThat(judge(rules, "Deployment", "apps").state()).isEqualTo(FAILED);
    assertThat(judge(rules, "ReplicaSet", "apps").state()).isEqualTo(UNSETTLED);
    assertThat(judge(rules, "ScaledObject", "keda.sh").state()).isEqualTo(FAILED);
    assertThat(judge(rules, "ScaledJob", "keda.sh").state()).isEqualTo(SUSPENDED);
    assertThat(judge(rules, "Pod", "core").state()).isEqualTo(SUSPENDED);
    assertThat(judge(rules, "Kafka", "kafka.strimzi.io").state()).isEqualTo(FAILED);
    assertThat(judge(rules, "Kafka", "example.com").state()).isEqualTo(SETTLED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "status.phase == 'Up' | status.phase",
        "has(status.a.b) | status.a.b",
        "status['a'].b == 1 | status.a.b",
        "num(status.a.b) == 0 | status.a.b, status.a",
        "cond('Ready') == 'True' | status.conditions.type, status.conditions.status",
        "reason(status.key) == 'x' | status.conditions.type, status.conditions.reason, status.key",
        "observed && N == 1 | status.observedGeneration, metadata.generation, spec.replicas",
        "status.list[0].name == 'x' | status.list.name",
        "status.list.exists(x, x.state.ok) | status.list., status.list.state.ok",
        "status.list.exists(x, x.of.exists(y, y.z == x.w)) | status.list., status.list.of., status.list.of.z, status.list.w",
        "status.list.exists(x, x == 1) | status.list, status.list.",
        "status.list.exists(x, true) | status.list.",
        "status.map.exists(k, status.map[k].ok) | status.map, status.map.",
        "status.map[spec.key] == 1 | status.map, spec.key",
        "size(status) > 0 | status",
        "(spec.a ? status.x : status.y).z | spec.a, status.x, status.y",
        "[status.a, 1].size() == 2 && {'k': spec.b} == {'k': 1} | status.a, spec.b",
        "metadata.labels['a.b/c'] == 'd' | metadata.labels.a_b/c",
      })
  void shouldKnowTheFieldsThatItReads(String expression, String fields) {
    Set<List<String>> read = StatusExpression.compile(expression, "here").fields();

    assertThat(
            read.stream()
                .map(
                    path -> String.join(".", path.stream().map(f -> f.replace('.', '_')).toList())))
        .containsExactlyInAnyOrder(fields.split(", "));
  }
}
