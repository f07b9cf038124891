package io.kspan.topology.envelope;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;

/** Access to optional fields of Kubernetes JSON: absent texts are empty, absent stamps null. */
final class Json {
  private static final long NANOS = 1_000_000_000L;
  // Beyond this, nanoseconds since 1970 do not fit a long.
  private static final Instant LAST = Instant.ofEpochSecond(Long.MAX_VALUE / NANOS - 1);

  // What Go writes for a time that was never set.
  private static final Instant GO_ZERO_TIME = Instant.parse("0001-01-01T00:00:00Z");

  private Json() {}

  static String text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isValueNode() && !value.isNull() ? value.asText() : "";
  }

  static String firstText(JsonNode node, String... fields) {
    for (String field : fields) {
      String value = text(node, field);
      if (!value.isEmpty()) {
        return value;
      }
    }
    return "";
  }

  /** An RFC 3339 stamp in nanoseconds since 1970; null if absent, empty or not a stamp. */
  static Long nanos(JsonNode node, String field) {
    String text = text(node, field);
    if (text.isEmpty()) {
      return null;
    }
    try {
      Instant instant = OffsetDateTime.parse(text).toInstant();
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
    return OffsetDateTime.parse(rfc3339).toInstant().truncatedTo(ChronoUnit.MILLIS).toEpochMilli();
  }
}
