package io.kspan.topology.status;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cel.runtime.CelVariableResolver;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An object as expressions see it: its values as those of CEL, made when one is used first.
 *
 * <p>One thread at a time.
 */
final class CelObject implements CelVariableResolver {
  // A comprehension is bounded by the runtime; this bounds what else reads lists.
  private static final int MAX_STEPS = 100_000;

  private final ObjectStatus object;
  private final Map<String, Optional<Object>> values = new HashMap<>();
  private int steps = MAX_STEPS;

  CelObject(ObjectStatus object) {
    this.object = object;
  }

  @Override
  public Optional<Object> find(String name) {
    return values.computeIfAbsent(name, n -> Optional.ofNullable(value(n)));
  }

  private Object value(String name) {
    return switch (name) {
      case StatusExpression.SPEC -> value(object.spec());
      case StatusExpression.STATUS -> value(object.status());
      case StatusExpression.METADATA -> value(object.metadata());
      case StatusExpression.OBSERVED -> object.observed();
      case StatusExpression.REPLICAS -> value(object.wantedReplicas());
      default -> null;
    };
  }

  private Object value(JsonNode node) {
    if (node.isObject()) {
      return fields(node);
    }
    if (node.isArray()) {
      return new Elements(node);
    }
    if (node.isNumber()) {
      boolean whole = node.isIntegralNumber() && node.canConvertToLong();
      return whole ? Long.valueOf(node.longValue()) : Double.valueOf(node.doubleValue());
    }
    return node.isBoolean() ? Boolean.valueOf(node.booleanValue()) : node.asText();
  }

  private Map<String, Object> fields(JsonNode node) {
    Map<String, Object> fields = new HashMap<>();
    node.properties()
        .forEach(
            field -> {
              if (!field.getValue().isNull()) {
                fields.put(field.getKey(), value(field.getValue()));
              }
            });
    return fields;
  }

  /** A list; a null in it counts as an empty text. */
  private final class Elements extends AbstractList<Object> {
    private final List<Object> elements;

    private Elements(JsonNode array) {
      List<Object> converted = new ArrayList<>(array.size());
      array.forEach(element -> converted.add(value(element)));
      elements = converted;
    }

    @Override
    public Object get(int index) {
      if (steps-- <= 0) {
        throw new TooManyStepsException();
      }
      return elements.get(index);
    }

    @Override
    public int size() {
      return elements.size();
    }
  }

  /** The expression reads more than it may. */
  static final class TooManyStepsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooManyStepsException() {
      super("too many steps", null, false, false);
    }
  }
}
