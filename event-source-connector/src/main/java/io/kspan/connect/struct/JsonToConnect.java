package io.kspan.connect.struct;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/**
 * Converts JSON to Connect data by a schema. A value of another type than the schema says becomes
 * null, or its JSON text where the schema wants text. Pure.
 */
final class JsonToConnect {
  private JsonToConnect() {}

  /**
   * The Struct of an object; what its schema does not name goes to {@code other} if it has that.
   */
  static Struct struct(Schema schema, JsonNode json) {
    Struct struct = new Struct(schema);
    for (Field field : schema.fields()) {
      if (field.name().equals(EnvelopeSchemas.OTHER)) {
        struct.put(field, other(schema, json));
        continue;
      }
      struct.put(field, value(field.schema(), json.path(field.name())));
    }
    return struct;
  }

  private static String other(Schema schema, JsonNode json) {
    ObjectNode other = ((ObjectNode) json).objectNode();
    json.properties()
        .forEach(
            entry -> {
              String name = entry.getKey();
              boolean named = schema.field(name) != null && !name.equals(EnvelopeSchemas.OTHER);
              if (!named && !entry.getValue().isNull()) {
                other.set(name, entry.getValue());
              }
            });
    return other.isEmpty() ? null : other.toString();
  }

  private static Object value(Schema schema, JsonNode json) {
    if (json.isMissingNode() || json.isNull()) {
      return null;
    }
    return switch (schema.type()) {
      case STRING -> json.isTextual() ? json.textValue() : json.toString();
      case INT32 -> json.canConvertToInt() ? (Object) json.intValue() : null;
      case INT64 -> json.canConvertToLong() ? (Object) json.longValue() : null;
      case BOOLEAN -> json.isBoolean() ? (Object) json.booleanValue() : null;
      case ARRAY -> json.isArray() ? list(schema.valueSchema(), json) : null;
      case MAP -> json.isObject() ? map(schema.valueSchema(), json) : null;
      case STRUCT -> json.isObject() ? struct(schema, json) : null;
      default -> throw new IllegalStateException("No schema of the envelope has " + schema.type());
    };
  }

  private static List<Object> list(Schema element, JsonNode json) {
    List<Object> list = new ArrayList<>(json.size());
    for (JsonNode one : json) {
      Object value = value(element, one);
      if (value != null) {
        list.add(value);
      }
    }
    return list;
  }

  private static Map<String, Object> map(Schema value, JsonNode json) {
    Map<String, Object> map = new HashMap<>();
    json.properties()
        .forEach(
            entry -> {
              // A label without value is written as null by some clients.
              Object one = value(value, entry.getValue());
              map.put(entry.getKey(), one == null ? "" : one);
            });
    return map;
  }
}
