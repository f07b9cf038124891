package io.kspan.quickstart.recording;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kspan.quickstart.capture.CaptureRecord;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Moves a recorded object in time: every RFC 3339 stamp in it, and the nanoseconds that client-go
 * writes into the names of Events. By whole seconds only, so that stamps of a second, of a
 * microsecond and of a nanosecond keep their relations.
 *
 * <p>Immutable.
 */
public final class TimeShift {

  private static final Pattern STAMP =
      Pattern.compile("(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d)((?:\\.\\d+)?Z)");
  private static final Pattern EVENT_NAME = Pattern.compile("(.*\\.)([0-9a-f]{14,16})");
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss");
  private static final long NANOS = 1_000_000_000L;

  private final long seconds;

  public TimeShift(long seconds) {
    this.seconds = seconds;
  }

  /** The record, received {@code seconds} later, with an object to match. */
  public CaptureRecord shift(CaptureRecord record) {
    return new CaptureRecord(
        record.receivedAt().plusSeconds(seconds),
        record.type(),
        record.resource(),
        shift(record.object()));
  }

  /** A shifted copy. */
  ObjectNode shift(ObjectNode object) {
    ObjectNode copy = object.deepCopy();
    shiftStamps(copy);
    if ("Event".equals(copy.path("kind").asText())
        && copy.path("metadata") instanceof ObjectNode metadata) {
      metadata.put("name", eventName(metadata.path("name").asText()));
    }
    return copy;
  }

  private void shiftStamps(JsonNode node) {
    if (node instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        field.setValue(shifted(field.getValue()));
      }
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, shifted(array.get(i)));
      }
    }
  }

  private JsonNode shifted(JsonNode value) {
    if (value.isTextual()) {
      Matcher stamp = STAMP.matcher(value.textValue());
      return stamp.matches() ? TextNode.valueOf(stamp(stamp)) : value;
    }
    shiftStamps(value);
    return value;
  }

  private String stamp(Matcher stamp) {
    return SECONDS.format(LocalDateTime.parse(stamp.group(1)).plusSeconds(seconds))
        + stamp.group(2);
  }

  private String eventName(String name) {
    Matcher parts = EVENT_NAME.matcher(name);
    if (!parts.matches()) {
      return name;
    }
    return parts.group(1)
        + Long.toHexString(Long.parseUnsignedLong(parts.group(2), 16) + seconds * NANOS);
  }
}
