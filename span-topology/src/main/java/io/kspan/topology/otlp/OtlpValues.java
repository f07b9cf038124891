package io.kspan.topology.otlp;

import com.google.protobuf.ByteString;
import io.kspan.topology.model.Attributes;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Ids, attributes and resources as spans and log records have them. Stateless. */
final class OtlpValues {
  private OtlpValues() {}

  static Resource resource(Attributes attributes) {
    return Resource.newBuilder().addAllAttributes(attributes(attributes)).build();
  }

  static List<KeyValue> attributes(Attributes attributes) {
    List<KeyValue> pairs = new ArrayList<>(attributes.size());
    attributes.forEach(
        (key, value) ->
            pairs.add(KeyValue.newBuilder().setKey(key).setValue(value(key, value)).build()));
    return pairs;
  }

  private static AnyValue value(String key, Object value) {
    AnyValue.Builder any = AnyValue.newBuilder();
    if (value instanceof String text) {
      any.setStringValue(text);
    } else if (value instanceof Long number) {
      any.setIntValue(number);
    } else if (value instanceof Boolean flag) {
      any.setBoolValue(flag);
    } else if (value instanceof Double number) {
      any.setDoubleValue(number);
    } else if (value instanceof List<?> list) {
      ArrayValue.Builder array = ArrayValue.newBuilder();
      list.forEach(element -> array.addValues(value(key, element)));
      any.setArrayValue(array);
    } else {
      throw new IllegalArgumentException(
          "attribute " + key + " is a " + value.getClass().getName() + ", which OTLP has not");
    }
    return any.build();
  }

  static ByteString id(String hex, int bytes) {
    if (hex.length() != 2 * bytes) {
      throw new IllegalArgumentException(
          "id '" + hex + "' has " + hex.length() + " digits instead of " + 2 * bytes);
    }
    return ByteString.copyFrom(HexFormat.of().parseHex(hex));
  }
}
