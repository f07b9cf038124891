package io.kspan.topology.envelope;

import com.fasterxml.jackson.databind.JsonNode;
import io.kspan.topology.assemble.ObjectRules;
import io.kspan.topology.envelope.InputRecord.Bare;
import io.kspan.topology.envelope.InputRecord.End;
import io.kspan.topology.envelope.InputRecord.Ignored;
import io.kspan.topology.envelope.InputRecord.Listed;
import io.kspan.topology.envelope.InputRecord.Occurrence;
import io.kspan.topology.envelope.InputRecord.Snapshot;
import io.kspan.topology.model.EventOccurrence;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads one record of an input topic: an envelope as the connector writes it, or a bare Kubernetes
 * Event or object as other exporters write them.
 *
 * <p>Thread-safe. Whatever cannot be read is an {@link UnreadableRecordException}, so that it goes
 * to the dead letters.
 */
public final class EnvelopeReader {
  private final Parser parser;
  private final String defaultCluster;
  private final EventReader events;
  private final ObjectReader objects;

  /** Makes a tree of JSON. */
  @FunctionalInterface
  interface Parser {
    JsonNode parse(byte[] value) throws IOException;
  }

  /**
   * A reader.
   *
   * @param defaultCluster cluster of bare objects
   * @param topLevelAnnotation annotation of Events that start a trace
   * @param traceparentAnnotations annotations of root objects that carry a W3C trace context, in
   *     order of preference
   */
  public EnvelopeReader(
      String defaultCluster, String topLevelAnnotation, List<String> traceparentAnnotations) {
    this(
        new JsonReader(wanted(topLevelAnnotation, traceparentAnnotations))::read,
        defaultCluster,
        topLevelAnnotation,
        traceparentAnnotations);
  }

  /** As the public one, but reads whatever tree {@code parser} makes of a value. */
  EnvelopeReader(
      Parser parser,
      String defaultCluster,
      String topLevelAnnotation,
      List<String> traceparentAnnotations) {
    this.parser = parser;
    this.defaultCluster = defaultCluster;
    this.events = new EventReader(topLevelAnnotation);
    this.objects = new ObjectReader(traceparentAnnotations);
  }

  private static WantedFields wanted(
      String topLevelAnnotation, List<String> traceparentAnnotations) {
    List<String> annotations = new ArrayList<>(traceparentAnnotations);
    annotations.add(topLevelAnnotation);
    annotations.add(ObjectReader.REVISION);
    return WantedFields.ofRecords(annotations);
  }

  /**
   * Reads {@code value}.
   *
   * @param value JSON, UTF-8
   * @return a {@link Bare} object if it has no envelope: only the record tells when it was received
   * @throws UnreadableRecordException saying what is wrong
   */
  public InputRecord read(byte[] value) {
    JsonNode json = parse(value);
    if (!json.isObject()) {
      throw new UnreadableRecordException("not a JSON object but " + json.getNodeType());
    }
    if (!json.has("type") || !json.has("observedAt")) {
      if (json.has("kind") && json.has("metadata")) {
        // Read now, so that what cannot be read goes to the dead letters; only the receipt is
        // missing.
        object(json, "ADDED", defaultCluster, 0);
        return new Bare(
            defaultCluster,
            receipt ->
                object(
                    json, "ADDED", defaultCluster, checkReceipt(receipt, "observedAt", receipt)));
      }
      throw new UnreadableRecordException(
          "neither an envelope (type, cluster, observedAt, object) nor a Kubernetes object");
    }
    String type = Json.text(json, "type");
    String cluster = cluster(json);
    long observedAt = observedAt(json);
    return switch (type) {
      case "ADDED", "MODIFIED", "DELETED" -> object(json.path("object"), type, cluster, observedAt);
      case "LISTED" -> listed(cluster, observedAt, json.path("scope"));
      case "END" -> new End(cluster, observedAt);
      case "BOOKMARK" -> new Ignored(cluster, observedAt);
      default -> throw new UnreadableRecordException("unknown envelope type '" + type + "'");
    };
  }

  private JsonNode parse(byte[] value) {
    try {
      checkUtf8(value);
      return parser.parse(value);
    } catch (IOException e) {
      throw new UnreadableRecordException("not JSON: " + e.getMessage(), e);
    }
  }

  /**
   * The parser looks at a field name's bytes only until it believes to know the name: whether it
   * notices that they are no UTF-8 depends on what it has read before.
   */
  private static void checkUtf8(byte[] value) {
    for (byte b : value) {
      if (b < 0) {
        try {
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value));
          return;
        } catch (CharacterCodingException e) {
          throw new UnreadableRecordException("not JSON: not UTF-8", e);
        }
      }
    }
  }

  private static Listed listed(String cluster, long observedAt, JsonNode scope) {
    boolean began = !Json.text(scope, "startedAt").isEmpty();
    return new Listed(
        cluster,
        observedAt,
        Json.identity(scope, "kind"),
        Json.identity(scope, "group"),
        Json.identity(scope, "namespace"),
        began ? moment(scope, "startedAt") : 0);
  }

  private static long observedAt(JsonNode json) {
    return moment(json, "observedAt");
  }

  private static long moment(JsonNode json, String field) {
    String text = Json.text(json, field);
    long millis;
    try {
      millis = Json.millis(text);
    } catch (DateTimeException | ArithmeticException e) {
      throw new UnreadableRecordException(field + " '" + text + "' is not RFC 3339", e);
    }
    return checkReceipt(millis, field, text);
  }

  /** One receipt that is computed with in nanoseconds and does not fit would be anywhere. */
  private static long checkReceipt(long millis, String field, Object told) {
    if (millis < 0 || millis > Json.LAST.toEpochMilli()) {
      throw new UnreadableRecordException(field + " '" + told + "' is not within 1970 to 2261");
    }
    return millis;
  }

  private String cluster(JsonNode json) {
    String cluster = Json.identity(json, "cluster");
    return cluster.isEmpty() ? defaultCluster : cluster;
  }

  private InputRecord object(JsonNode object, String type, String cluster, long receiptMillis) {
    String kind = Json.identity(object, "kind");
    if (kind.isEmpty() || Json.identity(object.path("metadata"), "name").isEmpty()) {
      throw new UnreadableRecordException("the object has no kind or no metadata.name");
    }
    boolean deleted = type.equals("DELETED");
    if (!isEvent(kind, Json.text(object, "apiVersion"))) {
      return new Snapshot(
          cluster, ObjectRules.snapshot(objects.read(object, deleted, receiptMillis)));
    }
    // Rule 1.1: every occurrence is a span. The API server deletes Events after an hour, which says
    // nothing about their objects.
    return deleted
        ? new Ignored(cluster, receiptMillis)
        : occurrence(object, cluster, receiptMillis);
  }

  private InputRecord occurrence(JsonNode object, String cluster, long receiptMillis) {
    EventOccurrence event = events.read(object, receiptMillis);
    boolean aboutNothing =
        event.involvedUid().isEmpty()
            && event.involved().kind().isEmpty()
            && event.involved().name().isEmpty();
    if (aboutNothing) {
      // Such Events have nothing in common; under one nameless root they would become one trace.
      throw new UnreadableRecordException(
          "the Event " + event.name() + " names no object in involvedObject or regarding");
    }
    return new Occurrence(cluster, event);
  }

  private static boolean isEvent(String kind, String apiVersion) {
    return kind.equals("Event")
        && (apiVersion.isEmpty()
            || apiVersion.equals("v1")
            || apiVersion.startsWith("events.k8s.io/"));
  }
}
