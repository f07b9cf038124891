package io.kspan.topology.assemble;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import io.kspan.topology.envelope.EnvelopeReader;
import io.kspan.topology.envelope.InputRecord;
import io.kspan.topology.model.Cause;
import io.kspan.topology.model.Cause.Direction;
import io.kspan.topology.model.EventOccurrence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Rules of users, and messages that are slow on purpose; {@code ParentTest} has the others. */
class CauseRulesTest {
  private static final int LONG = 16 * 1024;

  private static EventOccurrence event(String reason, String message) {
    Input input = Input.event("e", "Widget", "w", "uid").reason(reason).message(message).at(1);
    return ((InputRecord.Occurrence)
            new EnvelopeReader("c", "topLevelSpan", List.of()).read(input.envelope()))
        .event();
  }

  private static Optional<Cause> causeOf(CauseRules rules, EventOccurrence event) {
    return Optional.ofNullable(rules.withCause(event, abandoned -> {}).cause());
  }

  private static CauseRule rule(String reason, String regex) {
    return new CauseRule(
        CauseRule.ANY_KIND, reason, Pattern.compile(regex), "Gadget", Direction.DOWN);
  }

  @Test
  void shouldLetRulesOfUsersWin() {
    CauseRules rules =
        CauseRules.withUserRules(List.of(rule("SuccessfulCreate", "Created pod: (?<name>.*)")));

    Cause cause = causeOf(rules, event("SuccessfulCreate", "Created pod: a b")).orElseThrow();

    assertThat(cause.named().kind()).isEqualTo("Gadget");
    assertThat(cause.named().name()).isEqualTo("a b");
    assertThat(causeOf(rules, event("SuccessfulDelete", "Deleted pod: x")).orElseThrow().named())
        .extracting(named -> named.kind() + "/" + named.name())
        .isEqualTo("Pod/x");
  }

  @Test
  void shouldGiveUpOnARuleThatTakesForEver() {
    CauseRules rules = new CauseRules(List.of(rule("Slow", "(?<name>a*a*a*b)")));

    assertThat(causeOf(rules, event("Slow", "a".repeat(1000)))).isEmpty();
    assertThat(causeOf(rules, event("Slow", "aab"))).isPresent();
  }

  @Test
  void shouldTellWhichRuleItGaveUp() {
    CauseRule slow = rule("Slow", "(?<name>a*a*a*b)");
    CauseRules rules = new CauseRules(List.of(rule("Slow", "(?<name>c)"), slow));
    List<CauseRule> abandoned = new ArrayList<>();

    rules.withCause(event("Slow", "a".repeat(1000)), abandoned::add);

    assertThat(abandoned).containsExactly(slow);
  }

  @Test
  void shouldGiveUpOnARuleThatTakesTooMuchStack() {
    CauseRules rules = new CauseRules(List.of(rule("Deep", "(?:a|b)*(?<name>c)")));

    assertThat(causeOf(rules, event("Deep", "ab".repeat(LONG / 2)))).isEmpty();
    assertThat(causeOf(rules, event("Deep", "abc"))).isPresent();
  }

  @Test
  void shouldTrimLongPunctuationInOnePass() {
    String dots = ".".repeat(LONG);

    assertThat(causeOf(CauseRules.shipped(), event("SuccessfulCreate", "Created pod: " + dots)))
        .isEmpty();
    assertThat(
            causeOf(CauseRules.shipped(), event("SuccessfulCreate", "Created pod: x.,."))
                .orElseThrow()
                .named()
                .name())
        .isEqualTo("x");
  }
}
