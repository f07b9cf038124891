package io.kspan.quickstart.capture;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;

/**
 * The receipt of each document of a file. A document without {@code receivedAt} counts as received
 * at the latest time that it contains, but not before the document in front of it.
 *
 * <p>For one thread; one per file.
 */
final class ReceiptClock {

  private Instant previous;

  /**
   * The receipt of the next document of the file.
   *
   * @throws DateTimeException when {@code receivedAt} is no time
   */
  Instant receiptOf(JsonNode document) {
    JsonNode stamp = document.get("receivedAt");
    Instant receipt =
        stamp == null || stamp.isNull() ? derived(document.path("object")) : time(stamp.asText());
    previous = receipt.truncatedTo(ChronoUnit.MILLIS);
    return previous;
  }

  private Instant derived(JsonNode object) {
    Instant latest = later(previous, eventStamp(object));
    for (JsonNode entry : object.path("metadata").path("managedFields")) {
      latest = later(latest, lenient(entry.path("time")));
    }
    for (JsonNode condition : object.path("status").path("conditions")) {
      for (JsonNode value : condition) {
        latest = later(latest, lenient(value));
      }
    }
    if (latest != null) {
      return latest;
    }
    Instant created = lenient(object.path("metadata").path("creationTimestamp"));
    return created == null ? Instant.EPOCH : created;
  }

  private static Instant eventStamp(JsonNode object) {
    if (!"Event".equals(object.path("kind").asText())) {
      return null;
    }
    return firstOf(
        object.path("lastTimestamp"),
        object.path("deprecatedLastTimestamp"),
        object.path("series").path("lastObservedTime"),
        object.path("eventTime"),
        object.path("firstTimestamp"),
        object.path("deprecatedFirstTimestamp"),
        object.path("metadata").path("creationTimestamp"));
  }

  private static Instant firstOf(JsonNode... stamps) {
    for (JsonNode stamp : stamps) {
      Instant time = lenient(stamp);
      if (time != null) {
        return time;
      }
    }
    return null;
  }

  private static Instant later(Instant a, Instant b) {
    return a == null || b != null && b.isAfter(a) ? b : a;
  }

  /** Null if {@code value} is no time: conditions also hold other texts. */
  private static Instant lenient(JsonNode value) {
    String text = value.asText();
    if (text.length() < "2026-01-01T00:00:00Z".length() || !Character.isDigit(text.charAt(0))) {
      return null;
    }
    try {
      return time(text);
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static Instant time(String text) {
    return OffsetDateTime.parse(text).toInstant();
  }
}
