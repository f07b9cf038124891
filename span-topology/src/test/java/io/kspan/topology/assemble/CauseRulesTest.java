package io.kspan.topology.assemble;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import io.kspan.topology.assemble.CauseRule.Direction;
import io.kspan.topology.envelope.EnvelopeReader;
import io.kspan.topology.envelope.InputRecord;
import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.PlacedOccurrence;
import java.util.List;
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

  private static CauseRule rule(String reason, String regex) {
    return new CauseRule(
        CauseRule.ANY_KIND, reason, Pattern.compile(regex), "Gadget", Direction.DOWN);
  }

  @Test
  void shouldLetRulesOfUsersWin() {
    CauseRules rules =
        CauseRules.withUserRules(List.of(rule("SuccessfulCreate", "Created pod: (?<name>.*)")));

    CauseRules.Cause cause =
        rules.causeOf(event("SuccessfulCreate", "Created pod: a b")).orElseThrow();

    assertThat(cause.named().kind()).isEqualTo("Gadget");
    assertThat(cause.named().name()).isEqualTo("a b");
    assertThat(rules.causeOf(event("SuccessfulDelete", "Deleted pod: x")).orElseThrow().named())
        .extracting(named -> named.kind() + "/" + named.name())
        .isEqualTo("Pod/x");
  }

  @Test
  void shouldGiveUpOnARuleThatTakesForEver() {
    CauseRules rules = new CauseRules(List.of(rule("Slow", "(?<name>a*a*a*b)")));

    assertThat(rules.causeOf(event("Slow", "a".repeat(1000)))).isEmpty();
    assertThat(rules.causeOf(event("Slow", "aab"))).isPresent();
  }

  @Test
  void shouldTellWhichRuleItGaveUp() {
    CauseRule slow = rule("Slow", "(?<name>a*a*a*b)");
    EventOccurrence event = event("Slow", "a".repeat(1000));
    PlacedOccurrence occurrence =
        new PlacedOccurrence(
            event, ObjectIdentity.named("uid", event.involved(), ""), List.of(), "", 0);
    CauseRules rules = new CauseRules(List.of(rule("Slow", "(?<name>c)"), slow));

    Causes causes = new Causes(List.of(occurrence), rules, new TreeObjects(List.of(), 0));

    assertThat(causes.abandoned()).containsExactly(slow);
  }

  @Test
  void shouldGiveUpOnARuleThatTakesTooMuchStack() {
    CauseRules rules = new CauseRules(List.of(rule("Deep", "(?:a|b)*(?<name>c)")));

    assertThat(rules.causeOf(event("Deep", "ab".repeat(LONG / 2)))).isEmpty();
    assertThat(rules.causeOf(event("Deep", "abc"))).isPresent();
  }

  @Test
  void shouldTrimLongPunctuationInOnePass() {
    String dots = ".".repeat(LONG);

    assertThat(CauseRules.shipped().causeOf(event("SuccessfulCreate", "Created pod: " + dots)))
        .isEmpty();
    assertThat(
            CauseRules.shipped()
                .causeOf(event("SuccessfulCreate", "Created pod: x.,."))
                .orElseThrow()
                .named()
                .name())
        .isEqualTo("x");
  }
}
