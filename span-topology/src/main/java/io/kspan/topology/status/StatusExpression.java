package io.kspan.topology.status;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelErrorCode;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.CelValidationException;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelMacro;
import dev.cel.parser.CelMacroExprFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One expression of a status rule, compiled. The words of trace-model 5.3 are variables and macros:
 *
 * <ul>
 *   <li>{@code spec}, {@code status}, {@code metadata}, {@code observed}, {@code N} are variables;
 *   <li>{@code cond(T)} and {@code reason(T)} call functions of the status;
 *   <li>{@code num(a.b)} becomes {@code has(a.b) ? a.b : 0}.
 * </ul>
 *
 * <p>Immutable and thread-safe.
 */
public final class StatusExpression {
  static final String SPEC = "spec";
  static final String STATUS = "status";
  static final String METADATA = "metadata";
  static final String OBSERVED = "observed";
  static final String REPLICAS = "N";

  // No identifier of the language, so that only the macros call them.
  static final String CONDITION = "@cond";
  static final String REASON = "@reason";

  private static final int MAX_CHARACTERS = 4_096;
  // Hundreds of times the conditions that an object has.
  private static final int MAX_ITERATIONS = 10_000;

  private static final CelOptions OPTIONS =
      CelOptions.current()
          .maxExpressionCodePointSize(MAX_CHARACTERS)
          .comprehensionMaxIterations(MAX_ITERATIONS)
          .enableHeterogeneousNumericComparisons(true)
          .build();

  private static final CelCompiler COMPILER =
      CelCompilerFactory.standardCelCompilerBuilder()
          .setOptions(OPTIONS)
          .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
          .addMacros(
              CelMacro.newGlobalMacro("cond", 1, (f, t, a) -> ofStatus(f, CONDITION, a)),
              CelMacro.newGlobalMacro("reason", 1, (f, t, a) -> ofStatus(f, REASON, a)),
              CelMacro.newGlobalMacro("num", 1, (f, t, a) -> number(f, a.get(0))))
          .addVar(SPEC, MapType.create(SimpleType.STRING, SimpleType.DYN))
          .addVar(STATUS, MapType.create(SimpleType.STRING, SimpleType.DYN))
          .addVar(METADATA, MapType.create(SimpleType.STRING, SimpleType.DYN))
          .addVar(OBSERVED, SimpleType.BOOL)
          .addVar(REPLICAS, SimpleType.DYN)
          .addFunctionDeclarations(ofStatus(CONDITION), ofStatus(REASON))
          .setResultType(SimpleType.BOOL)
          .build();

  private static final CelRuntime RUNTIME =
      CelRuntimeFactory.plannerRuntimeBuilder()
          .setOptions(OPTIONS)
          .addFunctionBindings(ofStatus(CONDITION, "status"))
          .addFunctionBindings(ofStatus(REASON, "reason"))
          .build();

  private final String text;
  private final String where;
  private final CelRuntime.Program program;
  private final Set<List<String>> fields;

  private StatusExpression(String text, String where, CelAbstractSyntaxTree ast)
      throws CelEvaluationException {
    this.text = text;
    this.where = where;
    this.program = RUNTIME.createProgram(ast);
    this.fields = ExpressionFields.of(ast.getExpr());
  }

  /**
   * The expression {@code text}.
   *
   * @param where file and line
   * @throws IllegalArgumentException that says where and what is wrong with it
   */
  static StatusExpression compile(String text, String where) {
    try {
      return new StatusExpression(text, where, COMPILER.compile(text).getAst());
    } catch (CelValidationException e) {
      throw new IllegalArgumentException(
          "%s: %s: %s"
              .formatted(
                  where,
                  e.getErrors().stream()
                      .map(StatusExpression::message)
                      .collect(Collectors.joining("; ")),
                  text),
          e);
    } catch (CelEvaluationException e) {
      throw new IllegalArgumentException("%s: %s: %s".formatted(where, e.getMessage(), text), e);
    }
  }

  private static String message(CelIssue issue) {
    return "column %d of the expression: %s"
        .formatted(issue.getSourceLocation().getColumn() + 1, issue.getMessage());
  }

  /**
   * Whether it is true of the object. An error is false: a field that is absent says nothing.
   *
   * @throws UnansweredException if it fails for another reason, or takes too long
   */
  boolean isTrueOf(CelObject object) throws UnansweredException {
    try {
      Object result = program.eval(object);
      if (result instanceof Boolean is) {
        return is;
      }
      throw new UnansweredException("it is no boolean but " + result);
    } catch (CelEvaluationException e) {
      if (e.getErrorCode() == CelErrorCode.ATTRIBUTE_NOT_FOUND) {
        return false;
      }
      throw new UnansweredException(e.getMessage());
    } catch (StackOverflowError e) {
      throw new UnansweredException("it is nested too deep");
    }
  }

  /** File and line. */
  public String where() {
    return where;
  }

  /** As it is written. */
  public String text() {
    return text;
  }

  /** The fields of an object that it reads, as paths; everything below the last name is read. */
  Set<List<String>> fields() {
    return fields;
  }

  private static CelFunctionDecl ofStatus(String function) {
    return CelFunctionDecl.newFunctionDeclaration(
        function,
        CelOverloadDecl.newGlobalOverload(
            function,
            SimpleType.STRING,
            MapType.create(SimpleType.STRING, SimpleType.DYN),
            SimpleType.STRING));
  }

  /** The function that takes a field of the first condition of a type, empty without one. */
  @SuppressWarnings("rawtypes") // The classes of the arguments.
  private static Set<CelFunctionBinding> ofStatus(String function, String field) {
    return CelFunctionBinding.fromOverloads(
        function,
        CelFunctionBinding.from(
            function,
            Map.class,
            String.class,
            (Map status, String type) -> condition(status, type, field)));
  }

  private static String condition(Map<?, ?> status, String type, String field) {
    if (status.get("conditions") instanceof List<?> conditions) {
      for (Object condition : conditions) {
        if (condition instanceof Map<?, ?> fields && type.equals(fields.get("type"))) {
          return fields.get(field) instanceof String text ? text : "";
        }
      }
    }
    return "";
  }

  private static Optional<CelExpr> ofStatus(
      CelMacroExprFactory factory, String function, List<CelExpr> arguments) {
    return Optional.of(
        factory.newGlobalCall(function, factory.newIdentifier(STATUS), arguments.get(0)));
  }

  private static Optional<CelExpr> number(CelMacroExprFactory factory, CelExpr field) {
    if (field.getKind() != Kind.SELECT || field.select().testOnly()) {
      return Optional.of(
          factory.reportError(
              CelIssue.formatError(
                  factory.getSourceLocation(field),
                  "num() takes a field, such as status.replicas")));
    }
    return Optional.of(
        factory.newGlobalCall(
            "_?_:_", has(factory, field), factory.copy(field), factory.newIntLiteral(0)));
  }

  /** Whether each field on the way is there. */
  private static CelExpr has(CelMacroExprFactory factory, CelExpr field) {
    CelExpr parent = field.select().operand();
    CelExpr last = factory.newSelect(factory.copy(parent), field.select().field(), true);
    return parent.getKind() == Kind.SELECT
        ? factory.newGlobalCall("_&&_", has(factory, parent), last)
        : last;
  }

  /** The expression does not say whether it is true. */
  static final class UnansweredException extends Exception {
    private static final long serialVersionUID = 1L;

    UnansweredException(String reason) {
      super(reason, null, false, false);
    }
  }
}
