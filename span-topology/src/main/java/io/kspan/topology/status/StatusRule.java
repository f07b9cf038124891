package io.kspan.topology.status;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How to tell the state of the objects of a kind (trace-model 5.3).
 *
 * @param kind {@code *} for every kind of the group without a rule of its own
 * @param group {@code core} for kinds without one
 * @param expressions what is absent is never true
 */
public record StatusRule(String kind, String group, Map<Verdict, StatusExpression> expressions) {
  static final String ANY_KIND = "*";

  /** What an expression says when it is true; the first three in order of precedence. */
  public enum Verdict {
    FAILED,
    SUSPENDED,
    SETTLED,
    FAILING
  }

  public StatusRule {
    expressions = Map.copyOf(expressions);
  }

  /** As in the table: {@code failed `status.phase == 'Broken'`, settled ...}. */
  @Override
  public String toString() {
    return expressions.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(e -> e.getKey().name().toLowerCase(Locale.ROOT) + " `" + e.getValue().text() + "`")
        .collect(Collectors.joining(", ", kind + "." + group + " ", ""));
  }
}
