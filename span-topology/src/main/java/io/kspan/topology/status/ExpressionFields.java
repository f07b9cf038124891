package io.kspan.topology.status;

import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import dev.cel.common.ast.CelExpr.CelComprehension;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which fields of an object an expression reads, so that the others need not be parsed.
 *
 * <p>Used by one thread.
 */
final class ExpressionFields {
  private static final List<String> CONDITIONS = List.of(StatusExpression.STATUS, "conditions");

  private final Set<List<String>> read = new HashSet<>();

  private ExpressionFields() {}

  /** The paths that {@code expression} reads, each with everything below it. */
  static Set<List<String>> of(CelExpr expression) {
    ExpressionFields fields = new ExpressionFields();
    Map<String, List<String>> variables = new HashMap<>();
    for (String part :
        List.of(StatusExpression.SPEC, StatusExpression.STATUS, StatusExpression.METADATA)) {
      variables.put(part, List.of(part));
    }
    fields.use(expression, variables);
    return Set.copyOf(fields.read);
  }

  /** Notes what is read when the value of {@code expression} is used as a whole. */
  private void use(CelExpr expression, Map<String, List<String>> variables) {
    List<String> path = path(expression, variables);
    if (path != null) {
      read.add(path);
    }
  }

  /**
   * The path of the field that {@code expression} stands for, which is not noted yet; null if it
   * stands for none, and then everything in it is noted.
   */
  private List<String> path(CelExpr expression, Map<String, List<String>> variables) {
    switch (expression.getKind()) {
      case IDENT -> {
        return identifier(expression.ident().name(), variables);
      }
      case SELECT -> {
        return below(path(expression.select().operand(), variables), expression.select().field());
      }
      case CALL -> {
        return call(expression.call(), variables);
      }
      case LIST -> expression.list().elements().forEach(e -> use(e, variables));
      case MAP ->
          expression
              .map()
              .entries()
              .forEach(
                  e -> {
                    use(e.key(), variables);
                    use(e.value(), variables);
                  });
      case COMPREHENSION -> comprehension(expression.comprehension(), variables);
      default -> {
        // Constants; there are no messages.
      }
    }
    return null;
  }

  private List<String> identifier(String name, Map<String, List<String>> variables) {
    if (name.equals(StatusExpression.OBSERVED)) {
      read.add(List.of(StatusExpression.STATUS, "observedGeneration"));
      read.add(List.of(StatusExpression.METADATA, "generation"));
    } else if (name.equals(StatusExpression.REPLICAS)) {
      read.add(List.of(StatusExpression.SPEC, "replicas"));
    }
    return variables.get(name);
  }

  private List<String> call(CelCall call, Map<String, List<String>> variables) {
    List<CelExpr> arguments = call.args();
    boolean reason = call.function().equals(StatusExpression.REASON);
    if (reason || call.function().equals(StatusExpression.CONDITION)) {
      read.add(below(CONDITIONS, "type"));
      read.add(below(CONDITIONS, reason ? "reason" : "status"));
      use(arguments.get(1), variables);
      return null;
    }
    if (call.function().equals("_[_]")) {
      List<String> of = path(arguments.get(0), variables);
      CelExpr index = arguments.get(1);
      if (index.getKind() == Kind.CONSTANT) {
        boolean key = index.constant().getKind() == CelConstant.Kind.STRING_VALUE;
        // An element has the path of its list, as in the wanted fields.
        return key ? below(of, index.constant().stringValue()) : of;
      }
      use(index, variables);
      if (of != null) {
        read.add(of);
      }
      return null;
    }
    call.target().ifPresent(target -> use(target, variables));
    arguments.forEach(argument -> use(argument, variables));
    return null;
  }

  /** The variable of a loop stands for each element, which has the path of the list. */
  private void comprehension(CelComprehension loop, Map<String, List<String>> variables) {
    List<String> range = path(loop.iterRange(), variables);
    Map<String, List<String>> inside = new HashMap<>(variables);
    inside.put(loop.iterVar(), range);
    inside.put(loop.accuVar(), null);
    use(loop.accuInit(), variables);
    use(loop.loopCondition(), inside);
    use(loop.loopStep(), inside);
    use(loop.result(), inside);
    if (range != null) {
      read.add(below(range, ""));
    }
  }

  private static List<String> below(List<String> path, String field) {
    if (path == null) {
      return null;
    }
    List<String> below = new ArrayList<>(path);
    below.add(field);
    return List.copyOf(below);
  }
}
