package io.kspan.topology.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kspan.topology.status.StatusRule.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusRuleReaderTest {
  private static List<StatusRule> read(String... lines) {
    return StatusRuleReader.read(List.of(lines), "rules.tsv");
  }

  @Test
  void shouldJoinTheLinesOfAKind() {
    List<StatusRule> rules =
        read(
            "# comment",
            "",
            "Database\t\texample.com\tfailed\tstatus.phase == 'Broken'",
            "*\tcore\tSettled\ttrue",
            " Database \texample.com\tfailing\tcond('Ready') == 'False' ");

    assertThat(rules).extracting(StatusRule::kind).containsExactly("Database", "*");
    assertThat(rules).extracting(StatusRule::group).containsExactly("example.com", "core");
    assertThat(rules.get(0).expressions()).containsOnlyKeys(Verdict.FAILED, Verdict.FAILING);
    assertThat(rules.get(0).expressions().get(Verdict.FAILING).where())
        .isEqualTo("rules.tsv, line 5");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "A;g;settled | 3 columns instead of 4 (kind, group, state, expression), separated by tabs: A",
        "A;g;settled;true;x | 5 columns instead of 4",
        "A g settled true | 1 columns instead of 4",
        " ;g;settled;true | the kind is empty",
        "A; ;settled;true | the group is empty",
        "A;g/v1;settled;true | the group 'g/v1' is no API group; write it without version, and core for none",
        "A;*;settled;true | the group '*' is no API group",
        "A;g;done;true | state 'done' is none of failed, suspended, settled, failing",
        "A;g;settled;status.phase = 'x' | column 14 of the expression: token recognition error",
        "A;g;settled;status.phase == | column 16 of the expression: mismatched input",
        "A;g;settled;phase == 'x' | column 1 of the expression: undeclared reference to 'phase'",
        "A;g;settled;condition('x') == 'True' | undeclared reference to 'condition'",
        "A;g;settled;'x' | expected type 'bool' but found 'string'",
        "A;g;settled;cond(3) == 'True' | found no matching overload",
        "A;g;settled;num(3) == 3 | column 5 of the expression: num() takes a field, such as status.replicas",
        "A;g;settled;num(has(status.a)) == 0 | num() takes a field",
      })
  void shouldSayWhereAndWhatIsWrong(String line, String message) {
    String tabs = line.replace(';', '\t');

    assertThatThrownBy(() -> read("# comment", tabs))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("rules.tsv, line 2: ")
        .hasMessageContaining(message);
  }

  @Test
  void shouldRefuseAnExpressionThatIsTooLong() {
    String expression = "true || ".repeat(1000) + "true";

    assertThatThrownBy(() -> read("A\tg\tsettled\t" + expression))
        .hasMessageStartingWith("rules.tsv, line 1: ")
        .hasMessageContaining("exceeds limit");
  }

  @Test
  void shouldNameEveryBadLineAtOnce() {
    assertThatThrownBy(
            () ->
                read(
                    "A\tg\tsettled\ttrue",
                    "A\tg\tsettled\tfalse",
                    "B\tg\tdone\ttrue",
                    "C\tg\tfailed\tx"))
        .hasMessage(
            """
            rules.tsv, line 2: settled of A g has an expression already (rules.tsv, line 1); join both with ||
            rules.tsv, line 3: state 'done' is none of failed, suspended, settled, failing
            rules.tsv, line 4: column 1 of the expression: undeclared reference to 'x' (in container ''): x""");
  }
}
