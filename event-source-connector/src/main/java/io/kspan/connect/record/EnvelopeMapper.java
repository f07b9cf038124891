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
import java.util.Objects;

/**
 * Maps what a list or watch delivers to the records of the input topics. A pure function of its
 * arguments and settings, safe for any number of threads.
 *
 * <p>Events go to the events topic under the key of the object they are about, everything else to
 * the objects topic under its own key. A bookmark or error maps to no record. An object without
 * {@code kind} or {@code metadata.name} is refused with {@link IllegalArgumentException}.
 */
public final class EnvelopeMapper {
  private static final ObjectMapper JSON = JsonMapper.builder().build();
  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final Settings settings;

  public EnvelopeMapper(Settings settings) {
    this.settings = Objects.requireNonNull(settings, "settings");
  }

  /**
   * What the mapping depends on.
   *
   * @param maxRecordBytes a larger value (UTF-8) loses managedFields, then spec, then status, until
   *     it fits; then its texts are cut, and in the end it keeps what identifies it and, if it is
   *     an Event, says what happened
   */
  public record Settings(
      String cluster,
      String eventsTopic,
      String objectsTopic,
      Projection projection,
      int maxRecordBytes) {
    public Settings {
      Objects.requireNonNull(cluster, "cluster");
      Objects.requireNonNull(eventsTopic, "eventsTopic");
      Objects.requireNonNull(objectsTopic, "objectsTopic");
      Objects.requireNonNull(projection, "projection");
    }
  }

  /**
   * The records of one watch event or list item, in order; belongs together, so hand it on as one
   * batch.
   */
  public List<MappedRecord> map(WatchType type, ObjectNode object, Instant observedAt) {
    if (type == WatchType.BOOKMARK || type == WatchType.ERROR) {
      return List.of();
    }
    requireIdentity(object);
    boolean event = Keys.isEvent(object);
    String cluster = settings.cluster();
    String topic = event ? settings.eventsTopic() : settings.objectsTopic();
    String key = event ? Keys.ofInvolvedObject(cluster, object) : Keys.ofObject(cluster, object);
    Instant receipt = observedAt.truncatedTo(ChronoUnit.MILLIS);
    ObjectNode envelope = envelope(type.name(), receipt);
    envelope.set("object", settings.projection().project(object));
    MappedRecord mapped =
        new MappedRecord(topic, key, textWithinLimit(envelope), receipt.toEpochMilli());
    // An Event is deleted because its time to live ended, and others share its key: no tombstone.
    return type == WatchType.DELETED && !event
        ? List.of(mapped, new MappedRecord(topic, key, null, receipt.toEpochMilli()))
        : List.of(mapped);
  }

  /**
   * The marker of a completed list. It goes to the topic of the listed objects, once: its key is
   * that of the scope, so it reaches one partition only and readers must pass it on.
   */
  public MappedRecord listed(ListedScope scope, Instant observedAt) {
    Instant receipt = observedAt.truncatedTo(ChronoUnit.MILLIS);
    ObjectNode envelope = envelope("LISTED", receipt);
    envelope
        .putObject("scope")
        .put("group", scope.group())
        .put("version", scope.version())
        .put("kind", scope.kind())
        .put("resource", scope.resource())
        .put("namespace", scope.namespace())
        .put("resourceVersion", scope.resourceVersion())
        .put("startedAt", MILLIS.format(scope.startedAt()));
    return new MappedRecord(
        scope.resourceId().isEvents() ? settings.eventsTopic() : settings.objectsTopic(),
        Keys.ofScope(settings.cluster(), new WatchScope(scope.resourceId(), scope.namespace())),
        text(envelope),
        receipt.toEpochMilli());
  }

  /**
   * A heartbeat: how far a scope has been read, under the key of the scope, so that a compacted
   * topic keeps the last one.
   */
  public MappedRecord heartbeat(
      String topic, WatchScope scope, String resourceVersion, Instant sentAt) {
    Instant stamp = sentAt.truncatedTo(ChronoUnit.MILLIS);
    ResourceId resource = scope.resource();
    ObjectNode envelope = envelope("HEARTBEAT", stamp);
    envelope
        .putObject("scope")
        .put("group", resource.group())
        .put("version", resource.version())
        .put("resource", resource.plural())
        .put("namespace", scope.namespace())
        .put("resourceVersion", resourceVersion);
    return new MappedRecord(
        topic, Keys.ofScope(settings.cluster(), scope), text(envelope), stamp.toEpochMilli());
  }

  private static void requireIdentity(ObjectNode object) {
    if (!object.path("kind").isTextual() || !object.path("metadata").path("name").isTextual()) {
      throw new IllegalArgumentException(
          "Not a Kubernetes object: kind or metadata.name is missing");
    }
  }

  private ObjectNode envelope(String type, Instant receipt) {
    return JSON.createObjectNode()
        .put("type", type)
        .put("cluster", settings.cluster())
        .put("observedAt", MILLIS.format(receipt));
  }

  private String textWithinLimit(ObjectNode envelope) {
    String text = text(envelope);
    for (Cut cut : Cut.values()) {
      if (fits(text)) {
        break;
      }
      envelope.set("object", cut.apply((ObjectNode) envelope.get("object")));
      text = text(envelope);
    }
    return text;
  }

  private boolean fits(String text) {
    // No character takes more than three bytes, so most records need no count.
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

  /**
   * What an oversized record loses, in this order; works on copies, because the object may still be
   * the caller's.
   */
  private enum Cut {
    MANAGED_FIELDS {
      @Override
      ObjectNode apply(ObjectNode object) {
        return object.path("metadata") instanceof ObjectNode metadata
            ? with(object, without(metadata, MetadataProjection.MANAGED_FIELDS))
            : object;
      }
    },
    SPEC {
      @Override
      ObjectNode apply(ObjectNode object) {
        return without(object, "spec");
      }
    },
    STATUS {
      @Override
      ObjectNode apply(ObjectNode object) {
        return without(object, "status");
      }
    },
    /** Nobody checks how long the message of an Event is, or a name in it. */
    LONG_TEXTS {
      @Override
      ObjectNode apply(ObjectNode object) {
        return LongTexts.cut(object);
      }
    },
    /** Nor how many labels there are, nor what fields some kinds have beyond spec and status. */
    ALL_BUT_IDENTITY {
      @Override
      ObjectNode apply(ObjectNode object) {
        ObjectNode kept = Keys.isEvent(object) ? object : Projection.METADATA.project(object);
        return kept.path("metadata") instanceof ObjectNode metadata
            ? with(kept, MetadataProjection.identity(metadata))
            : kept;
      }
    };

    abstract ObjectNode apply(ObjectNode object);

    private static ObjectNode with(ObjectNode object, ObjectNode metadata) {
      ObjectNode copy = without(object, "");
      copy.set("metadata", metadata);
      return copy;
    }

    private static ObjectNode without(ObjectNode object, String field) {
      ObjectNode copy = object.objectNode();
      copy.setAll(object);
      copy.remove(field);
      return copy;
    }
  }
}
