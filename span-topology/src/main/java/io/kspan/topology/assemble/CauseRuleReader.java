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
    List<String> problems = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (!line.isBlank() && !line.startsWith("#")) {
        try {
          rules.add(rule(line, source + ", line " + (i + 1)));
        } catch (IllegalArgumentException e) {
          problems.add(e.getMessage());
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", problems));
    }
    return rules;
  }

  private static CauseRule rule(String line, String where) {
    String[] columns = line.split("\t+");
    if (columns.length != COLUMNS) {
      throw new IllegalArgumentException(
          "%s: %d columns instead of %d (kind, reason, regex, named kind, up or down), separated by tabs: %s"
              .formatted(where, columns.length, COLUMNS, line));
    }
    return new CauseRule(
        name(columns[0], "kind", where),
        name(columns[1], "reason", where),
        pattern(columns[2], where),
        name(columns[3], "named kind", where),
        direction(columns[4].strip(), where));
  }

  private static String name(String column, String what, String where) {
    if (column.isBlank()) {
      throw new IllegalArgumentException("%s: the %s is empty".formatted(where, what));
    }
    return column.strip();
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
