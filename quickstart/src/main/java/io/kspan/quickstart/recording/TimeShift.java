package io.kspan.quickstart.recording;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kspan.topology.capture.CaptureRecord;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Moves a recorded object in time: every RFC 3339 stamp in it, and the nanoseconds that client-go
 * writes into the names of Events. It moves by whole seconds only, so that stamps of any precision
 * keep their order. Immutable.
 */
public final class TimeShift {

  /** A JSON string that is a stamp. */
  private static final Pattern STAMP =
      Pattern.compile("\"(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d)((?:\\.\\d+)?Z)\"");

  private static final Pattern EVENT_NAME = Pattern.compile("(.*\\.)([0-9a-f]{14,16})");
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss");
  private static final long NANOS = 1_000_000_000L;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final long seconds;

  public TimeShift(long seconds) {
    this.seconds = seconds;
  }

  /** The record with a receipt {@code seconds} later and a shifted object. */
  public CaptureRecord shift(CaptureRecord record) {
    return new CaptureRecord(
        record.receivedAt().plusSeconds(seconds),
        record.type(),
        record.resource(),
        shift(record.object()));
  }

  /** A shifted copy. */
  ObjectNode shift(ObjectNode object) {
    ObjectNode copy = parse(STAMP.matcher(object.toString()).replaceAll(this::stamp));
    if ("Event".equals(copy.path("kind").asText())
        && copy.path("metadata") instanceof ObjectNode metadata) {
      metadata.put("name", eventName(metadata.path("name").asText()));
    }
    return copy;
  }

  private static ObjectNode parse(String text) {
    try {
      return (ObjectNode) JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private String stamp(MatchResult stamp) {
    LocalDateTime shifted = LocalDateTime.parse(stamp.group(1)).plusSeconds(seconds);
    return '"' + SECONDS.format(shifted) + stamp.group(2) + '"';
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
