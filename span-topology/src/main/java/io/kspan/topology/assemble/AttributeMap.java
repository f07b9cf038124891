package io.kspan.topology.assemble;

import io.kspan.topology.model.Attributes;
import io.opentelemetry.api.common.AttributeKey;
import java.time.Instant;
import java.util.List;

/**
 * Attributes under construction: absent values are left out, long ones are cut. Not thread-safe.
 */
final class AttributeMap {
  // Of UTF-8 per char of a string: a surrogate pair is two chars and four bytes.
  private static final int MAX_BYTES_PER_CHAR = 3;

  private final Attributes.Builder values = new Attributes.Builder();
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

  /** An attribute whose value may be empty, such as a label that only marks an object. */
  AttributeMap putEvenIfEmpty(String key, String value) {
    values.put(key, cut(value));
    return this;
  }

  AttributeMap put(String key, long value) {
    values.put(key, value);
    return this;
  }

  /** A time as RFC 3339; left out if it is {@code shownNanos}, which the span says itself. */
  AttributeMap putTime(String key, long nanos, long shownNanos) {
    return nanos == shownNanos ? this : put(key, Instant.ofEpochSecond(0, nanos).toString());
  }

  /** A list of strings; an empty one is left out. */
  AttributeMap put(String key, List<String> list) {
    if (!list.isEmpty()) {
      values.put(key, list.stream().map(this::cut).toList());
    }
    return this;
  }

  /** The value, cut between characters to the greatest length in bytes of UTF-8. */
  String cut(String value) {
    if (value.length() <= maxLength / MAX_BYTES_PER_CHAR) {
      return value;
    }
    int bytes = 0;
    for (int end = 0; end < value.length(); ) {
      int character = value.codePointAt(end);
      bytes += bytes(character);
      if (bytes > maxLength) {
        return value.substring(0, end);
      }
      end += Character.charCount(character);
    }
    return value;
  }

  private static int bytes(int character) {
    if (character < 0x80) {
      return 1;
    }
    if (character < 0x800) {
      return 2;
    }
    return character < Character.MIN_SUPPLEMENTARY_CODE_POINT ? MAX_BYTES_PER_CHAR : 4;
  }

  Attributes build() {
    return values.build();
  }
}
