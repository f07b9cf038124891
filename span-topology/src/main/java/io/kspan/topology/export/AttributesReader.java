package io.kspan.topology.export;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.AnyValue.ValueCase;
import io.opentelemetry.proto.common.v1.KeyValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Attributes of OTLP as the SDK's, so that the exporter writes the same again. Stateless. */
final class AttributesReader {
  private AttributesReader() {}

  static Attributes read(List<KeyValue> pairs) {
    AttributesBuilder attributes = Attributes.builder();
    for (KeyValue pair : pairs) {
      put(attributes, pair.getKey(), pair.getValue());
    }
    return attributes.build();
  }

  private static void put(AttributesBuilder attributes, String key, AnyValue value) {
    switch (value.getValueCase()) {
      case STRING_VALUE -> attributes.put(key, value.getStringValue());
      case BOOL_VALUE -> attributes.put(key, value.getBoolValue());
      case INT_VALUE -> attributes.put(key, value.getIntValue());
      case DOUBLE_VALUE -> attributes.put(key, value.getDoubleValue());
      case ARRAY_VALUE -> putArray(attributes, key, value);
      default -> attributes.put(AttributeKey.valueKey(key), value(value));
    }
  }

  /** Strings have their own type; whatever else arrays hold goes through the general one. */
  private static void putArray(AttributesBuilder attributes, String key, AnyValue array) {
    List<AnyValue> values = array.getArrayValue().getValuesList();
    if (values.stream().allMatch(v -> v.getValueCase() == ValueCase.STRING_VALUE)) {
      attributes.put(
          AttributeKey.stringArrayKey(key), values.stream().map(AnyValue::getStringValue).toList());
    } else {
      attributes.put(AttributeKey.valueKey(key), value(array));
    }
  }

  private static Value<?> value(AnyValue value) {
    return switch (value.getValueCase()) {
      case STRING_VALUE -> Value.of(value.getStringValue());
      case BOOL_VALUE -> Value.of(value.getBoolValue());
      case INT_VALUE -> Value.of(value.getIntValue());
      case DOUBLE_VALUE -> Value.of(value.getDoubleValue());
      case BYTES_VALUE -> Value.of(value.getBytesValue().toByteArray());
      case ARRAY_VALUE -> {
        List<Value<?>> values = new ArrayList<>();
        value.getArrayValue().getValuesList().forEach(element -> values.add(value(element)));
        yield Value.of(values);
      }
      case KVLIST_VALUE -> {
        Map<String, Value<?>> values = new LinkedHashMap<>();
        value
            .getKvlistValue()
            .getValuesList()
            .forEach(p -> values.put(p.getKey(), value(p.getValue())));
        yield Value.of(values);
      }
      default -> Value.empty();
    };
  }
}
