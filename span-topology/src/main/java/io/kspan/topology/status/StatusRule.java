package io.kspan.topology.status;

import java.util.Map;

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
}
