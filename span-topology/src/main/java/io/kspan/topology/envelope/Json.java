package io.kspan.topology.envelope;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Access to optional fields of Kubernetes JSON: absent texts are empty, absent stamps null.
 *
 * <p>What is read is bounded and can be written as UTF-8, so that no single record outgrows a
 * changelog, a store key or a span.
 */
final class Json {
  /** Names have at most 253 characters, an apiVersion a group and a version. */
  static final int MAX_TEXT = 512;

  /** Events of the current API have at most 1 KiB; only older ones have no limit but etcd's. */
  static final int MAX_MESSAGE = 16 * 1024;

  private static final long NANOS = 1_000_000_000L;
  private static final int SHOWN = 40;
  private static final char LAST_CONTROL = '\u009F';
  private static final char REPLACEMENT = '\uFFFD';
  // Nanoseconds since 1970 fit a long until April 2262; the rest is for what the rules add.
  static final Instant LAST = Instant.parse("2262-01-01T00:00:00Z");

  // What Go writes for a time that was never set.
  private static final Instant GO_ZERO_TIME = Instant.parse("0001-01-01T00:00:00Z");

  private Json() {}

  /** A text that only describes; one that is too long is cut. */
  static String text(JsonNode node, String field) {
    return cut(raw(node, field), MAX_TEXT);
  }

  /** The first text of {@code fields} that is not empty. */
  static String firstText(JsonNode node, String... fields) {
    return first(node, MAX_TEXT, fields);
  }

  /** As {@link #firstText}, with the limit of messages. */
  static String message(JsonNode node, String... fields) {
    return first(node, MAX_MESSAGE, fields);
  }

  private static String first(JsonNode node, int limit, String... fields) {
    for (String field : fields) {
      String value = raw(node, field);
      if (!value.isEmpty()) {
        return cut(value, limit);
      }
    }
    return "";
  }

  /**
   * A text that identifies. It is never cut, since it could then name another object.
   *
   * @throws UnreadableRecordException if it is too long, or contains control characters, which
   *     separate the parts of store keys
   */
  static String identity(JsonNode node, String field) {
    String value = raw(node, field);
    if (value.length() > MAX_TEXT) {
      throw new UnreadableRecordException(
          "%s '%s...' has %d characters; at most %d are possible"
              .formatted(field, cut(value, SHOWN), value.length(), MAX_TEXT));
    }
    boolean hasSurrogates = false;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c <= LAST_CONTROL && Character.isISOControl(c)) {
        throw new UnreadableRecordException(
            "%s '%s' contains a control character, which no name does".formatted(field, value));
      }
      hasSurrogates |= Character.isSurrogate(c);
    }
    return hasSurrogates ? cut(value, MAX_TEXT) : value;
  }

  /**
   * A UID; a text that cannot be one counts as absent, so that the reference decides. UIDs are part
   * of store keys.
   *
   * @throws UnreadableRecordException as {@link #identity}
   */
  static String uid(JsonNode node, String field) {
    String value = identity(node, field);
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '/' || c == '#' || c <= ' ') {
        return "";
      }
    }
    return value;
  }

  /** A whole number, saturated; texts are parsed, everything else is {@code absent}. */
  static long number(JsonNode node, String field, long absent) {
    JsonNode value = node.path(field);
    if (value.isNumber() && !value.canConvertToLong()) {
      return value.doubleValue() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
    return value.asLong(absent);
  }

  /** A text as it is written: only for what is compared and not kept. */
  static String raw(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isValueNode() && !value.isNull() ? value.asText() : "";
  }

  /** At most {@code length} characters; half a surrogate pair, which is no UTF-8, is replaced. */
  static String cut(String text, int length) {
    String cut = text.length() <= length ? text : text.substring(0, length);
    StringBuilder mended = null;
    for (int i = 0; i < cut.length(); i++) {
      char c = cut.charAt(i);
      if (c < Character.MIN_SURROGATE) {
        continue;
      }
      if (Character.isHighSurrogate(c)
          && i + 1 < cut.length()
          && Character.isLowSurrogate(cut.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        mended = mended == null ? new StringBuilder(cut) : mended;
        mended.setCharAt(i, REPLACEMENT);
      }
    }
    return mended == null ? cut : mended.toString();
  }

  /** An RFC 3339 stamp in nanoseconds since 1970; null if absent, empty or not a stamp. */
  static Long nanos(JsonNode node, String field) {
    String text = text(node, field);
    if (text.isEmpty()) {
      return null;
    }
    try {
      Instant instant = Stamp.parse(text);
      if (instant.equals(GO_ZERO_TIME)) {
        return null;
      }
      Instant bounded = instant.isAfter(LAST) ? LAST : instant;
      return bounded.isBefore(Instant.EPOCH)
          ? Long.valueOf(0)
          : Long.valueOf(bounded.getEpochSecond() * NANOS + bounded.getNano());
    } catch (DateTimeException notAStamp) {
      return null;
    }
  }

  /** As {@link #nanos}, cut to the whole second that such stamps are. */
  static Long wholeSecond(JsonNode node, String field) {
    Long nanos = nanos(node, field);
    return nanos == null ? null : Long.valueOf(Math.floorDiv(nanos, NANOS) * NANOS);
  }

  static long millis(String rfc3339) {
    return Stamp.parse(rfc3339).truncatedTo(ChronoUnit.MILLIS).toEpochMilli();
  }
}
