package io.kspan.topology.status;

import io.kspan.topology.assemble.RuleTable;
import io.kspan.topology.model.ObjectState;
import io.kspan.topology.status.StatusExpression.UnansweredException;
import io.kspan.topology.status.StatusRule.Verdict;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Rule 5.3: the state of one version of an object, and whether it is failing. The rules of users go
 * before those that ship, and the rule for a kind before that for its group; a kind without either
 * is judged by the conditions and phases that most controllers use.
 *
 * <p>Immutable and thread-safe.
 */
public final class StatusRules {
  private static final String TABLE = "status-rules.tsv";
  private static final Map<Key, StatusRule> TABLE_RULES =
      byKey(StatusRuleReader.read(RuleTable.shipped(StatusRules.class, TABLE), TABLE));
  private static final StatusRules SHIPPED = new StatusRules(List.of());

  private final Map<Key, StatusRule> ofUsers;

  private record Key(String kind, String group) {}

  /** What the rules say of an object. */
  public record Judgement(ObjectState state, boolean failing) {}

  private StatusRules(List<StatusRule> userRules) {
    ofUsers = byKey(userRules);
  }

  /** The rules that ship: {@link BuiltInKinds}, and the table {@code status-rules.tsv}. */
  public static StatusRules shipped() {
    return SHIPPED;
  }

  /** Rules of users, which win over those that ship. */
  public static StatusRules withUserRules(List<StatusRule> userRules) {
    return new StatusRules(userRules);
  }

  private static Map<Key, StatusRule> byKey(List<StatusRule> rules) {
    Map<Key, StatusRule> byKey = new HashMap<>();
    rules.forEach(rule -> byKey.put(new Key(rule.kind(), rule.group()), rule));
    return byKey;
  }

  /** The fields that the expressions read, as paths; the compiled rules read others besides. */
  public Set<List<String>> fields() {
    Set<List<String>> fields = new HashSet<>();
    for (Map<Key, StatusRule> rules : List.of(ofUsers, TABLE_RULES)) {
      for (StatusRule rule : rules.values()) {
        rule.expressions().values().forEach(expression -> fields.addAll(expression.fields()));
      }
    }
    return fields;
  }

  /**
   * Judges a version of an object.
   *
   * @param unanswered receives each expression that failed or took too long, which counts as false,
   *     and why
   */
  public Judgement judge(ObjectStatus object, BiConsumer<StatusExpression, String> unanswered) {
    StatusRule rule = find(ofUsers, object.kind(), object.group());
    if (rule == null && BuiltInKinds.has(object.kind(), object.group())) {
      return new Judgement(BuiltInKinds.state(object), BuiltInKinds.failing(object));
    }
    rule = rule == null ? find(TABLE_RULES, object.kind(), object.group()) : rule;
    return rule == null
        ? new Judgement(OtherKinds.state(object), OtherKinds.failing(object))
        : judge(object, rule, unanswered);
  }

  /**
   * Which rule judges the objects of a kind, in words.
   *
   * @param apiVersion group and version, as {@code apps/v1}
   */
  public String describe(String kind, String apiVersion) {
    String group = ObjectStatus.group(apiVersion);
    StatusRule rule = find(ofUsers, kind, group);
    if (rule != null) {
      return "trace.status.rules.file: " + rule;
    }
    if (BuiltInKinds.has(kind, group)) {
      return "compiled, for %s.%s (trace-model 5.3)".formatted(kind, group);
    }
    rule = find(TABLE_RULES, kind, group);
    return rule == null ? "conditions and phase, as for any other kind" : "shipped: " + rule;
  }

  private static StatusRule find(Map<Key, StatusRule> rules, String kind, String group) {
    if (rules.isEmpty()) {
      return null;
    }
    StatusRule rule = rules.get(new Key(kind, group));
    return rule == null ? rules.get(new Key(StatusRule.ANY_KIND, group)) : rule;
  }

  static Judgement judge(
      ObjectStatus object, StatusRule rule, BiConsumer<StatusExpression, String> unanswered) {
    CelObject values = new CelObject(object);
    ObjectState state = ObjectState.UNSETTLED;
    if (isTrue(rule, Verdict.FAILED, values, unanswered)) {
      state = ObjectState.FAILED;
    } else if (isTrue(rule, Verdict.SUSPENDED, values, unanswered)) {
      state = ObjectState.SUSPENDED;
    } else if (isTrue(rule, Verdict.SETTLED, values, unanswered)) {
      state = ObjectState.SETTLED;
    }
    return new Judgement(state, isTrue(rule, Verdict.FAILING, values, unanswered));
  }

  private static boolean isTrue(
      StatusRule rule,
      Verdict verdict,
      CelObject values,
      BiConsumer<StatusExpression, String> unanswered) {
    StatusExpression expression = rule.expressions().get(verdict);
    if (expression == null) {
      return false;
    }
    try {
      return expression.isTrueOf(values);
    } catch (UnansweredException e) {
      unanswered.accept(expression, e.getMessage());
      return false;
    }
  }
}
