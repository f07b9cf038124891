package io.kspan.topology.assemble;

import io.opentelemetry.api.common.AttributeKey;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Attributes under construction: absent values are left out, long ones are cut. Not thread-safe.
 */
final class AttributeMap {
  private final SortedMap<String, Object> values = new TreeMap<>();
  private final int maxLength;

  AttributeMap(int maxLength) {
    this.maxLength = maxLength;
  }

  AttributeMap put(AttributeKey<String> key, String value) {
    return put(key.getKey(), value);
  }

  AttributeMap put(String key, String value) {
    if (value != null && !value.isEmpty()) {
      values.put(key, cut(value));
    }
    return this;
  }

  void put(String key, long value) {
    values.put(key, value);
  }

  String cut(String value) {
    if (value.length() <= maxLength) {
      return value;
    }
    // Half a surrogate pair is not UTF-8.
    int end = Character.isHighSurrogate(value.charAt(maxLength - 1)) ? maxLength - 1 : maxLength;
    return value.substring(0, end);
  }

  SortedMap<String, Object> build() {
    return values;
  }
}
