package io.kspan.topology.assemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kspan.topology.model.Cause.Direction;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CauseRuleReaderTest {
  @Test
  void shouldReadRulesInTheirOrder() {
    List<CauseRule> rules =
        CauseRuleReader.read(
            List.of(
                "# a comment",
                "",
                "Kustomization\tApplied\tDeployment/(?<name>\\S+) created\tDeployment\tup",
                "*\tPruned\tpruned (?<name>\\S+)\tPod\tDown"),
            "rules.tsv");
    assertThat(rules)
        .extracting(CauseRule::involvedKind, CauseRule::namedKind, CauseRule::direction)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("Kustomization", "Deployment", Direction.UP),
            org.assertj.core.groups.Tuple.tuple("*", "Pod", Direction.DOWN));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Pod,R,x (?<name>.),Pod                | 4 columns instead of 5",
        "Pod,R,no group,Pod,up                 | needs a group",
        "Pod,R,no group either \\(?<name>,Pod,up | needs a group",
        "Pod, ,(?<name>x),Pod,up               | the reason is empty",
        "Pod,R,(?<name>[,Pod,up                | not a regex",
        "Pod,R,(?<name>x),Pod,sideways         | 'sideways' is neither up nor down"
      })
  void shouldNameTheLineOfABadRule(String rule, String problem) {
    assertThatThrownBy(
            () -> CauseRuleReader.read(List.of("#", rule.replace(',', '\t')), "rules.tsv"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("rules.tsv, line 2")
        .hasMessageContaining(problem);
  }

  @Test
  void shouldNameEveryBadLine() {
    assertThatThrownBy(
            () ->
                CauseRuleReader.read(
                    List.of(
                        "Pod\tR",
                        "Pod\tR\t(?<name>x)\tPod\tup",
                        "",
                        "Pod\tR\t(?<name>x)\tPod\tsideways"),
                    "rules.tsv"))
        .hasMessageMatching(
            "rules.tsv, line 1: 2 columns .*\n"
                + "rules.tsv, line 4: direction 'sideways' is neither up nor down");
  }
}
