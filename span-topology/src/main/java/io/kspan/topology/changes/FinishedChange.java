package io.kspan.topology.changes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kspan.topology.errors.BadInputException;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What metrics need of a change whose trace is finished. Immutable.
 *
 * @param namespace of the root; empty for a cluster-scoped one
 * @param name of the root
 * @param outcome one of {@link #OUTCOMES}
 * @param duration from the start of the change to its end
 * @param toRecover from the start of the first change that failed to the end of this one; empty
 *     unless it is the first success after that
 * @param leadTime from the commit to the end of this change; empty if it has not succeeded, or the
 *     commit is not known or later
 * @param trace invalid if the record does not say a valid one
 */
public record FinishedChange(
    String cluster,
    String namespace,
    String kind,
    String name,
    String outcome,
    Duration duration,
    Optional<Duration> toRecover,
    Optional<Duration> leadTime,
    SpanContext trace) {
  /** The values of {@code outcome}. */
  public static final Set<String> OUTCOMES =
      Set.of("succeeded", "failed", "overtaken", "suspended", "deleted", "unfinished");

  private static final String SUCCEEDED = "succeeded";
  private static final double NANOS_PER_SECOND = 1e9;
  // A century: no trace lasts longer, and nanoseconds hold it.
  private static final double MAX_SECONDS = 3_155_760_000.0;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern TRACEPARENT =
      Pattern.compile("00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})");

  /**
   * Reads a value of the changes topic; empty if the change only begins.
   *
   * @throws BadInputException if it is no CloudEvent about a change; the message says why
   */
  public static Optional<FinishedChange> read(byte[] value) {
    JsonNode event = parse(value);
    require(event.path("specversion").asText().equals("1.0"), "specversion is not 1.0");
    String type = event.path(ChangeFields.TYPE).asText();
    if (type.equals(ChangeFields.STARTED)) {
      return Optional.empty();
    }
    require(type.equals(ChangeFields.FINISHED), "type '" + type + "' is none of a change");
    JsonNode data = event.path(ChangeFields.DATA);
    JsonNode root = data.path(ChangeFields.ROOT);
    String outcome = text(data, ChangeFields.OUTCOME);
    require(OUTCOMES.contains(outcome), "outcome '" + outcome + "' is none of " + OUTCOMES);
    double seconds = data.path(ChangeFields.DURATION).asDouble(-1);
    require(seconds >= 0 && seconds <= MAX_SECONDS, "duration is no number of seconds");
    Duration duration = Duration.ofNanos((long) (seconds * NANOS_PER_SECOND));
    text(data, ChangeFields.START);
    Instant end = time(data, ChangeFields.START).orElseThrow().plus(duration);
    Optional<Duration> lead =
        time(data, ChangeFields.COMMIT_TIME)
            .map(commit -> Duration.between(commit, end))
            .filter(time -> outcome.equals(SUCCEEDED) && !time.isNegative());
    return Optional.of(
        new FinishedChange(
            text(data, ChangeFields.CLUSTER),
            root.path(ChangeFields.NAMESPACE).asText(),
            text(root, ChangeFields.KIND),
            text(root, ChangeFields.NAME),
            outcome,
            duration,
            time(data, ChangeFields.FAILED_SINCE).map(since -> Duration.between(since, end)),
            lead,
            trace(event.path(ChangeFields.TRACEPARENT).asText())));
  }

  private static SpanContext trace(String traceparent) {
    Matcher parts = TRACEPARENT.matcher(traceparent);
    return parts.matches()
        ? SpanContext.create(
            parts.group(1),
            parts.group(2),
            TraceFlags.fromHex(parts.group(3), 0),
            TraceState.getDefault())
        : SpanContext.getInvalid();
  }

  private static JsonNode parse(byte[] value) {
    try {
      JsonNode event = JSON.readTree(value);
      require(event.isObject(), "no JSON object");
      return event;
    } catch (IOException e) {
      throw new BadInputException("no JSON: " + e.getMessage(), e);
    }
  }

  private static String text(JsonNode node, String field) {
    String text = node.path(field).asText();
    require(!text.isEmpty(), field + " is missing");
    return text;
  }

  private static Optional<Instant> time(JsonNode data, String field) {
    String text = data.path(field).asText();
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
    } catch (DateTimeException e) {
      throw new BadInputException(field + " '" + text + "' is no time", e);
    }
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new BadInputException(otherwise);
    }
  }
}
