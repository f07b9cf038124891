package io.kspan.topology.status;

import io.kspan.topology.assemble.RuleTable;
import io.kspan.topology.status.StatusRule.Verdict;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads status rules, those that ship and those of users: one expression per line, four columns
 * separated by tabs, {@code #} begins a comment. The lines of a kind and group make its rule.
 *
 * <pre>
 * # kind     group        state    expression
 * Database   example.com  failed   status.phase == 'Broken'
 * Database   example.com  settled  observed &amp;&amp; cond('Ready') == 'True'
 * </pre>
 *
 * <p>Stateless.
 */
public final class StatusRuleReader {
  private static final int COLUMNS = 4;

  private StatusRuleReader() {}

  private record Key(String kind, String group) {}

  /**
   * The rules of a file, in its order.
   *
   * @param source the name of the file in messages
   * @throws IllegalArgumentException that names source, line, value and expectation of each bad
   *     line
   */
  public static List<StatusRule> read(List<String> lines, String source) {
    Map<Key, Map<Verdict, StatusExpression>> rules = new LinkedHashMap<>();
    RuleTable.read(
        lines, source, COLUMNS, "kind, group, state, expression", row -> add(rules, row));
    return rules.entrySet().stream()
        .map(e -> new StatusRule(e.getKey().kind(), e.getKey().group(), e.getValue()))
        .toList();
  }

  private static void add(Map<Key, Map<Verdict, StatusExpression>> rules, RuleTable.Row row) {
    String where = row.where();
    String state = row.columns().get(2).strip();
    Key key = new Key(row.name(0, "kind"), row.name(1, "group"));
    if (key.group().contains("/") || key.group().contains(StatusRule.ANY_KIND)) {
      throw new IllegalArgumentException(
          "%s: the group '%s' is no API group; write it without version, and %s for none"
              .formatted(where, key.group(), ObjectStatus.CORE));
    }
    Verdict verdict = verdict(state, where);
    StatusExpression expression = StatusExpression.compile(row.columns().get(3).strip(), where);
    Map<Verdict, StatusExpression> rule =
        rules.computeIfAbsent(key, k -> new EnumMap<>(Verdict.class));
    StatusExpression other = rule.putIfAbsent(verdict, expression);
    if (other != null) {
      throw new IllegalArgumentException(
          "%s: %s of %s %s has an expression already (%s); join both with ||"
              .formatted(where, state, key.kind(), key.group(), other.where()));
    }
  }

  private static Verdict verdict(String text, String where) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "failed" -> Verdict.FAILED;
      case "suspended" -> Verdict.SUSPENDED;
      case "settled" -> Verdict.SETTLED;
      case "failing" -> Verdict.FAILING;
      default ->
          throw new IllegalArgumentException(
              "%s: state '%s' is none of failed, suspended, settled, failing"
                  .formatted(where, text));
    };
  }
}
