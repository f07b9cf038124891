package io.kspan.topology.assemble;

import io.kspan.topology.model.Cause;
import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.ObjectReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;

/**
 * The table of cause rules (trace-model 4, "Causes"); the first that matches wins. Placing matches
 * each message once.
 *
 * <p>Immutable and thread-safe.
 */
public final class CauseRules {
  private static final String SHIPPED = "cause-rules.tsv";
  private static final String PUNCTUATION = ".,";
  // Hundreds of times what the shipped rules take for the longest message.
  private static final int SEARCH_STEPS = 10_000_000;

  private final Map<String, List<CauseRule>> byReason = new HashMap<>();

  /** Rules in order of precedence. */
  public CauseRules(List<CauseRule> rules) {
    for (CauseRule rule : rules) {
      byReason.computeIfAbsent(rule.reason(), r -> new ArrayList<>()).add(rule);
    }
  }

  /** The table that ships, {@code cause-rules.tsv}. */
  public static CauseRules shipped() {
    return withUserRules(List.of());
  }

  /** Rules of users, which win over the table that ships. */
  public static CauseRules withUserRules(List<CauseRule> userRules) {
    List<CauseRule> rules = new ArrayList<>(userRules);
    rules.addAll(CauseRuleReader.read(RuleTable.shipped(CauseRules.class, SHIPPED), SHIPPED));
    return new CauseRules(rules);
  }

  /**
   * The event with the object that it acted on, if a rule names one.
   *
   * @param abandoned receives each rule that takes too long for the message, so does not match
   */
  public EventOccurrence withCause(EventOccurrence event, Consumer<CauseRule> abandoned) {
    for (CauseRule rule : byReason.getOrDefault(event.reason(), List.of())) {
      if (rule.involvedKind().equals(CauseRule.ANY_KIND)
          || rule.involvedKind().equals(event.involved().kind())) {
        Optional<String> name = nameIn(event.message(), rule, abandoned);
        if (name.isPresent()) {
          ObjectReference named =
              new ObjectReference(rule.namedKind(), event.involved().namespace(), name.get());
          return event.withCause(new Cause(named, rule.direction()));
        }
      }
    }
    return event;
  }

  /** A name ends before the punctuation of the sentence it stands in. */
  private static Optional<String> nameIn(
      String message, CauseRule rule, Consumer<CauseRule> abandoned) {
    Matcher matcher = rule.message().matcher(new BoundedText(message, SEARCH_STEPS));
    try {
      if (!matcher.find()) {
        return Optional.empty();
      }
    } catch (TooManyStepsException | StackOverflowError e) {
      // The JDK recurses once per character of an alternation that is repeated.
      abandoned.accept(rule);
      return Optional.empty();
    }
    String name = matcher.group(CauseRule.NAME_GROUP);
    int end = name.length();
    while (end > 0 && PUNCTUATION.indexOf(name.charAt(end - 1)) >= 0) {
      end--;
    }
    return Optional.of(name.substring(0, end)).filter(trimmed -> !trimmed.isEmpty());
  }

  /**
   * A text of which a regular expression may look at a bounded number of characters: an expression
   * of a user can take exponentially long, and a time limit would make traces depend on the
   * machine. Not thread-safe.
   */
  private static final class BoundedText implements CharSequence {
    private final String text;
    private int steps;

    BoundedText(String text, int steps) {
      this.text = text;
      this.steps = steps;
    }

    @Override
    public char charAt(int index) {
      if (steps-- <= 0) {
        throw new TooManyStepsException();
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** The expression takes too long for the text. */
  private static final class TooManyStepsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooManyStepsException() {
      super("too many steps", null, false, false);
    }
  }
}
