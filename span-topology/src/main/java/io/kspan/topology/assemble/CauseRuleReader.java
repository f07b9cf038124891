package io.kspan.topology.assemble;

import io.kspan.topology.model.Cause.Direction;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Reads cause rules, those that ship and those of users: one per line, five columns separated by
 * tabs, {@code #} begins a comment.
 *
 * <pre>
 * # involved kind  reason      message, with a group "name"           names   direction
 * Kustomization    Applied     (?:Deployment)/(?&lt;name&gt;\S+) created  Deployment  up
 * </pre>
 *
 * <p>Stateless.
 */
public final class CauseRuleReader {
  private static final int COLUMNS = 5;

  private CauseRuleReader() {}

  /**
   * The rules of a file, in its order.
   *
   * @param source the name of the file in messages
   * @throws IllegalArgumentException that names source, line, value and expectation of each bad
   *     line
   */
  public static List<CauseRule> read(List<String> lines, String source) {
    List<CauseRule> rules = new ArrayList<>();
    RuleTable.read(
        lines,
        source,
        COLUMNS,
        "kind, reason, regex, named kind, up or down",
        row -> rules.add(rule(row)));
    return rules;
  }

  private static CauseRule rule(RuleTable.Row row) {
    return new CauseRule(
        row.name(0, "kind"),
        row.name(1, "reason"),
        pattern(row.columns().get(2), row.where()),
        row.name(3, "named kind"),
        direction(row.columns().get(4).strip(), row.where()));
  }

  private static Pattern pattern(String regex, String where) {
    Pattern pattern;
    try {
      pattern = Pattern.compile(regex, Pattern.DOTALL);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "%s: not a regex: %s (%s)".formatted(where, regex, e.getDescription()), e);
    }
    if (!namesAnObject(regex)) {
      throw new IllegalArgumentException(
          "%s: the regex needs a group (?<%s>...) for the object's name: %s"
              .formatted(where, CauseRule.NAME_GROUP, regex));
    }
    return pattern;
  }

  /** The compiled regex knows: text that looks like the group may be escaped, or in a class. */
  private static boolean namesAnObject(String regex) {
    Matcher matchesNothing = Pattern.compile("|" + regex).matcher("");
    matchesNothing.find();
    try {
      matchesNothing.group(CauseRule.NAME_GROUP);
      return true;
    } catch (IllegalArgumentException noSuchGroup) {
      return false;
    }
  }

  private static Direction direction(String text, String where) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "up" -> Direction.UP;
      case "down" -> Direction.DOWN;
      default ->
          throw new IllegalArgumentException(
              "%s: direction '%s' is neither up nor down".formatted(where, text));
    };
  }
}
