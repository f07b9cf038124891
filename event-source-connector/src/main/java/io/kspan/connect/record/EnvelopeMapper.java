package io.kspan.connect.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Maps list items and watch events to the records of the input topics. Pure, and safe for many
 * threads: the feeds of a task and the replay of captures share it.
 *
 * <p>Events go to the events topic under the key of the object they are about. All other objects go
 * to the objects topic under their own key.
 */
public final class EnvelopeMapper {
  private static final ObjectMapper JSON = JsonMapper.builder().build();
  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** Applied in this order until a record fits. Each returns a copy: the object is the caller's. */
  private static final List<UnaryOperator<ObjectNode>> REDUCTIONS =
      List.of(
          EnvelopeMapper::withoutManagedFields,
          object -> Projection.without(object, "spec", SpecParts.FIELD),
          object -> Projection.without(object, "status"),
          LongTexts::cut,
          EnvelopeMapper::identityOnly);

  private final Settings settings;

  public EnvelopeMapper(Settings settings) {
    this.settings = settings;
  }

  /**
   * The settings of the mapping.
   *
   * @param maxRecordBytes limit of a value in UTF-8. A larger value loses managedFields, then spec,
   *     then status, then the end of long texts, then everything but its identity; an Event keeps
   *     its other fields
   */
  public record Settings(
      String cluster,
      String eventsTopic,
      String objectsTopic,
      Projection projection,
      PublishedValues values,
      int maxRecordBytes) {

    /** With the annotations that are published by default, and hashes under the cluster's name. */
    public Settings(
        String cluster,
        String eventsTopic,
        String objectsTopic,
        Projection projection,
        int maxRecordBytes) {
      this(
          cluster,
          eventsTopic,
          objectsTopic,
          projection,
          new PublishedValues(PublishedValues.DEFAULT_ANNOTATIONS, cluster),
          maxRecordBytes);
    }
  }

  /**
   * Returns the records of one watch event or list item, in order. Hand them over as one batch. A
   * bookmark or error maps to no record. Throws {@link IllegalArgumentException} for an object
   * without {@code kind} or {@code metadata.name}.
   */
  public List<MappedRecord> map(WatchType type, ObjectNode object, Instant observedAt) {
    if (type == WatchType.BOOKMARK || type == WatchType.ERROR) {
      return List.of();
    }
    if (!object.path("kind").isTextual() || !object.path("metadata").path("name").isTextual()) {
      throw new IllegalArgumentException(
          "Not a Kubernetes object: kind or metadata.name is missing");
    }
    boolean event = Keys.isEvent(object);
    String cluster = settings.cluster();
    String topic = event ? settings.eventsTopic() : settings.objectsTopic();
    String key = event ? Keys.ofInvolvedObject(cluster, object) : Keys.ofObject(cluster, object);
    ObjectNode envelope = envelope(type.name(), observedAt);
    envelope.set("object", settings.projection().project(object, settings.values()));
    Map<String, String> headers =
        event ? Headers.ofEvent(cluster, object) : Headers.ofObject(cluster, object);
    long receipt = observedAt.toEpochMilli();
    MappedRecord mapped = new MappedRecord(topic, key, textWithinLimit(envelope), headers, receipt);
    // An Event is deleted because its time to live ended, and others share its key: no tombstone.
    return type == WatchType.DELETED && !event
        ? List.of(mapped, new MappedRecord(topic, key, null, headers, receipt))
        : List.of(mapped);
  }

  /**
   * Returns the marker of a completed list. An object of the scope that was last observed before
   * {@code startedAt} and is not in the list no longer exists. The marker has the key of the scope,
   * so it reaches one partition only and readers must pass it on.
   *
   * @param resourceVersion version of the list
   * @param startedAt when the first page was requested; no item was observed earlier
   */
  public MappedRecord listed(
      WatchScope scope,
      String kind,
      String resourceVersion,
      Instant startedAt,
      Instant observedAt) {
    ObjectNode envelope = envelope("LISTED", observedAt);
    scope(envelope, scope, kind, resourceVersion).put("startedAt", MILLIS.format(startedAt));
    boolean events = scope.resource().isEvents();
    return new MappedRecord(
        events ? settings.eventsTopic() : settings.objectsTopic(),
        Keys.ofScope(settings.cluster(), scope),
        text(envelope),
        Headers.ofScope(settings.cluster(), envelope),
        observedAt.toEpochMilli());
  }

  /**
   * Returns a heartbeat: the position of a scope, under the key of the scope, so that a compacted
   * topic keeps the last one.
   */
  public MappedRecord heartbeat(
      String topic, WatchScope scope, String resourceVersion, Instant sentAt) {
    ObjectNode envelope = envelope("HEARTBEAT", sentAt);
    scope(envelope, scope, null, resourceVersion);
    return new MappedRecord(
        topic,
        Keys.ofScope(settings.cluster(), scope),
        text(envelope),
        Headers.ofScope(settings.cluster(), envelope),
        sentAt.toEpochMilli());
  }

  private ObjectNode envelope(String type, Instant observedAt) {
    return JSON.createObjectNode()
        .put("type", type)
        .put("cluster", settings.cluster())
        .put("observedAt", MILLIS.format(observedAt.truncatedTo(ChronoUnit.MILLIS)));
  }

  private static ObjectNode scope(
      ObjectNode envelope, WatchScope scope, String kindOrNull, String resourceVersion) {
    ResourceId resource = scope.resource();
    ObjectNode node = envelope.putObject("scope");
    node.put("group", resource.group()).put("version", resource.version());
    if (kindOrNull != null) {
      node.put("kind", kindOrNull);
    }
    return node.put("resource", resource.plural())
        .put("namespace", scope.namespace())
        .put("resourceVersion", resourceVersion);
  }

  private String textWithinLimit(ObjectNode envelope) {
    String text = text(envelope);
    for (UnaryOperator<ObjectNode> reduction : REDUCTIONS) {
      if (fits(text)) {
        break;
      }
      envelope.set("object", reduction.apply((ObjectNode) envelope.get("object")));
      text = text(envelope);
    }
    return text;
  }

  private boolean fits(String text) {
    // A character takes at most three bytes, so most records need no exact count.
    return text.length() <= settings.maxRecordBytes() / 3
        || text.getBytes(StandardCharsets.UTF_8).length <= settings.maxRecordBytes();
  }

  private static String text(ObjectNode node) {
    try {
      return JSON.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "A parsed object cannot be written: " + e.getOriginalMessage(), e);
    }
  }

  private static ObjectNode withoutManagedFields(ObjectNode object) {
    return withMetadata(
        object, metadata -> Projection.without(metadata, MetadataProjection.MANAGED_FIELDS));
  }

  private static ObjectNode identityOnly(ObjectNode object) {
    ObjectNode kept =
        Keys.isEvent(object)
            ? object
            : Projection.only(object, List.of("kind", "apiVersion", "metadata"));
    return withMetadata(kept, MetadataProjection::identity);
  }

  private static ObjectNode withMetadata(ObjectNode object, UnaryOperator<ObjectNode> change) {
    if (!(object.path("metadata") instanceof ObjectNode metadata)) {
      return object;
    }
    ObjectNode copy = object.objectNode().setAll(object);
    return copy.<ObjectNode>set("metadata", change.apply(metadata));
  }
}
