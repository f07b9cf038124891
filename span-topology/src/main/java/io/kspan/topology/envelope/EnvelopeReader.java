package io.kspan.topology.envelope;

import com.fasterxml.jackson.databind.JsonNode;
import io.kspan.topology.envelope.InputRecord.Bare;
import io.kspan.topology.envelope.InputRecord.End;
import io.kspan.topology.envelope.InputRecord.Ignored;
import io.kspan.topology.envelope.InputRecord.Listed;
import io.kspan.topology.envelope.InputRecord.Occurrence;
import io.kspan.topology.envelope.InputRecord.Snapshot;
import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.status.StatusExpression;
import io.kspan.topology.status.StatusRules;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Reads one record of an input topic: an envelope as the connector writes it, or a bare Kubernetes
 * Event or object as other exporters write them.
 *
 * <p>Thread-safe. A value that cannot be read is an {@link UnreadableRecordException}, so that it
 * goes to the dead letters.
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

  /** A reader that judges objects by the status rules that ship, and carries no labels. */
  public EnvelopeReader(
      String defaultCluster, String topLevelAnnotation, List<String> traceparentAnnotations) {
    this(
        defaultCluster,
        topLevelAnnotation,
        traceparentAnnotations,
        CarriedMetadata.NONE,
        StatusRules.shipped(),
        (expression, reason) -> {},
        annotation -> {},
        new StatusFactsReader(StatusFactsReader.Objects.PODS));
  }

  /**
   * A reader.
   *
   * @param defaultCluster cluster of bare objects
   * @param topLevelAnnotation annotation of Events that start a trace
   * @param traceparentAnnotations annotations that carry a W3C trace context, in order of
   *     preference
   * @param carried labels and annotations that spans name
   * @param unanswered receives each expression of a status rule that failed on an object, and why
   * @param malformed receives the name of each annotation that should hold a trace context and does
   *     not
   * @param statusFacts what state spans need
   */
  public EnvelopeReader(
      String defaultCluster,
      String topLevelAnnotation,
      List<String> traceparentAnnotations,
      CarriedMetadata carried,
      StatusRules statusRules,
      BiConsumer<StatusExpression, String> unanswered,
      Consumer<String> malformed,
      StatusFactsReader statusFacts) {
    this(
        null,
        defaultCluster,
        topLevelAnnotation,
        traceparentAnnotations,
        carried,
        statusRules,
        unanswered,
        malformed,
        statusFacts);
  }

  /**
   * A reader of the trees that {@code parser} makes.
   *
   * @param parser null for one that reads the wanted fields only
   */
  EnvelopeReader(
      Parser parser,
      String defaultCluster,
      String topLevelAnnotation,
      List<String> traceparentAnnotations,
      CarriedMetadata carried,
      StatusRules statusRules,
      BiConsumer<StatusExpression, String> unanswered,
      Consumer<String> malformed,
      StatusFactsReader statusFacts) {
    CarriedMetadata read = carried.and(ObjectReader.DELIVERY);
    List<String> annotations =
        new ArrayList<>(TraceContextReader.annotations(traceparentAnnotations));
    annotations.addAll(read.annotations());
    annotations.add(topLevelAnnotation);
    annotations.add(Configuration.REVISION);
    annotations.add(Configuration.RESTARTED_AT);
    this.parser =
        parser == null
            ? new JsonReader(
                    WantedFields.ofRecords(annotations, read.labels(), statusRules.fields()))
                ::read
            : parser;
    this.defaultCluster = defaultCluster;
    TraceContextReader traceContexts = new TraceContextReader(traceparentAnnotations, malformed);
    this.events = new EventReader(topLevelAnnotation, traceContexts);
    this.objects = new ObjectReader(traceContexts, carried, statusRules, unanswered, statusFacts);
  }

  /**
   * Reads {@code value}.
   *
   * @param value JSON, UTF-8
   * @return a {@link Bare} object if it has no envelope: its receipt is the record's timestamp
   * @throws UnreadableRecordException that says what is wrong
   */
  public InputRecord read(byte[] value) {
    JsonNode json = parse(value);
    if (!json.isObject()) {
      throw new UnreadableRecordException("not a JSON object but " + json.getNodeType());
    }
    if (!json.has("type") || !json.has("observedAt")) {
      return bare(json);
    }
    String type = Json.text(json, "type");
    String named = Json.identity(json, "cluster");
    String cluster = named.isEmpty() ? defaultCluster : named;
    long observedAt = moment(json, "observedAt");
    return switch (type) {
      case "ADDED", "MODIFIED", "DELETED" -> object(json.path("object"), type, cluster, observedAt);
      case "LISTED" -> listed(cluster, observedAt, json.path("scope"));
      case "END" -> new End(cluster, observedAt);
      case "BOOKMARK" -> new Ignored(cluster, observedAt);
      default -> throw new UnreadableRecordException("unknown envelope type '" + type + "'");
    };
  }

  private Bare bare(JsonNode json) {
    if (!json.has("kind") || !json.has("metadata")) {
      throw new UnreadableRecordException(
          "neither an envelope (type, cluster, observedAt, object) nor a Kubernetes object");
    }
    // Read here, too, so that what cannot be read goes to the dead letters.
    object(json, "ADDED", defaultCluster, 0);
    return new Bare(
        defaultCluster,
        receipt ->
            object(json, "ADDED", defaultCluster, checkReceipt(receipt, "observedAt", receipt)));
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
   * The parser compares the bytes of a field name with names that it has read before, so whether it
   * notices that they are no UTF-8 depends on those.
   */
  private static void checkUtf8(byte[] value) {
    int bits = 0;
    // Without a branch the loop is vectorized, and most records are ASCII.
    for (byte b : value) {
      bits |= b;
    }
    if (bits < 0) {
      try {
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value));
      } catch (CharacterCodingException e) {
        throw new UnreadableRecordException("not JSON: not UTF-8", e);
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

  /** Refuses a receipt that does not fit into nanoseconds since 1970. */
  private static long checkReceipt(long millis, String field, Object written) {
    if (millis < 0 || millis > Json.LAST.toEpochMilli()) {
      throw new UnreadableRecordException(field + " '" + written + "' is not within 1970 to 2261");
    }
    return millis;
  }

  private InputRecord object(JsonNode object, String type, String cluster, long receiptMillis) {
    String kind = Json.identity(object, "kind");
    if (kind.isEmpty() || Json.identity(object.path("metadata"), "name").isEmpty()) {
      throw new UnreadableRecordException("the object has no kind or no metadata.name");
    }
    boolean deleted = type.equals("DELETED");
    if (!isEvent(kind, Json.text(object, "apiVersion"))) {
      return new Snapshot(cluster, objects.read(object, cluster, deleted, receiptMillis));
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
      // Under one nameless root, Events that have nothing in common would become one trace.
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
