package io.kspan.connect.struct;

import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/**
 * The schemas of the envelope. The fields are those of the JSON envelope; all but the first three
 * are optional, as in the API. {@code spec}, {@code specParts} and {@code status} differ by kind,
 * so they are JSON text, as are the field sets of managedFields. {@code other} holds, as JSON text,
 * the fields of an object and of its metadata that the schema does not name; in smaller Structs
 * they are dropped. Times are RFC 3339 text, as the API server writes them.
 *
 * <p>An Event has the fields of {@code v1}, also if it was read as {@code events.k8s.io/v1}.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/">
 * ObjectMeta</a> and <a
 * href="https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/">Event</a>.
 */
final class EnvelopeSchemas {
  /** Version of every schema; it grows when a field is added, and no field is ever removed. */
  static final int VERSION = 1;

  /** JSON text of the fields of an object that the schema does not name. */
  static final String OTHER = "other";

  private static final String PREFIX = "io.kspan.connect.";

  private static final Schema TEXT = Schema.OPTIONAL_STRING_SCHEMA;
  private static final Schema TEXTS = SchemaBuilder.array(Schema.STRING_SCHEMA).optional().build();
  private static final Schema TEXT_BY_NAME =
      SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.STRING_SCHEMA).optional().build();

  private static final Schema OWNER =
      texts(struct("OwnerReference"), "apiVersion", "kind", "name", "uid")
          .field("controller", Schema.OPTIONAL_BOOLEAN_SCHEMA)
          .field("blockOwnerDeletion", Schema.OPTIONAL_BOOLEAN_SCHEMA)
          .build();

  private static final Schema MANAGED_FIELDS =
      texts(
              struct("ManagedFieldsEntry"),
              "manager",
              "operation",
              "apiVersion",
              "time",
              "fieldsType",
              "fieldsV1",
              "subresource")
          .build();

  private static final Schema METADATA =
      texts(
              struct("ObjectMeta"),
              "name",
              "generateName",
              "namespace",
              "uid",
              "resourceVersion",
              "creationTimestamp",
              "deletionTimestamp")
          .field("generation", Schema.OPTIONAL_INT64_SCHEMA)
          .field("deletionGracePeriodSeconds", Schema.OPTIONAL_INT64_SCHEMA)
          .field("labels", TEXT_BY_NAME)
          .field("annotations", TEXT_BY_NAME)
          .field("finalizers", TEXTS)
          .field("ownerReferences", SchemaBuilder.array(OWNER).optional().build())
          .field("managedFields", SchemaBuilder.array(MANAGED_FIELDS).optional().build())
          .field(OTHER, TEXT)
          .build();

  private static final Schema REFERENCE =
      texts(
              struct("ObjectReference"),
              "apiVersion",
              "kind",
              "namespace",
              "name",
              "uid",
              "resourceVersion",
              "fieldPath")
          .build();

  private static final Schema SCOPE =
      texts(
              struct("Scope"),
              "group",
              "version",
              "kind",
              "resource",
              "namespace",
              "resourceVersion",
              "startedAt")
          .build();

  private static final Schema OBJECT =
      texts(struct("Object"), "apiVersion", "kind")
          .field("metadata", METADATA)
          .field("specHash", TEXT)
          .field("specParts", TEXT)
          .field("spec", TEXT)
          .field("status", TEXT)
          .field(OTHER, TEXT)
          .build();

  private static final Schema EVENT =
      texts(struct("Event"), "apiVersion", "kind")
          .field("metadata", METADATA)
          .field("involvedObject", REFERENCE)
          .field("related", REFERENCE)
          .field("type", TEXT)
          .field("reason", TEXT)
          .field("action", TEXT)
          .field("message", TEXT)
          .field("source", texts(struct("EventSource"), "component", "host").build())
          .field("reportingComponent", TEXT)
          .field("reportingInstance", TEXT)
          .field("firstTimestamp", TEXT)
          .field("lastTimestamp", TEXT)
          .field("eventTime", TEXT)
          .field("count", Schema.OPTIONAL_INT32_SCHEMA)
          .field(
              "series",
              texts(struct("EventSeries"), "lastObservedTime")
                  .field("count", Schema.OPTIONAL_INT32_SCHEMA)
                  .build())
          .field(OTHER, TEXT)
          .build();

  /** The value of the events topic. */
  static final Schema EVENT_ENVELOPE = envelope("EventEnvelope", EVENT);

  /** The value of the objects topic, and of heartbeats. */
  static final Schema OBJECT_ENVELOPE = envelope("ObjectEnvelope", OBJECT);

  private EnvelopeSchemas() {}

  private static Schema envelope(String name, Schema object) {
    return SchemaBuilder.struct()
        .name(PREFIX + name)
        .version(VERSION)
        .doc(
            "type is ADDED, MODIFIED, DELETED, LISTED or HEARTBEAT; observedAt is when the connector"
                + " received it, RFC 3339; object is absent from LISTED and HEARTBEAT, scope from the"
                + " others. spec, specParts, status, other and fieldsV1 are JSON text; other holds the fields that"
                + " the schema does not name.")
        .field("type", Schema.STRING_SCHEMA)
        .field("cluster", Schema.STRING_SCHEMA)
        .field("observedAt", Schema.STRING_SCHEMA)
        .field("object", object)
        .field("scope", SCOPE)
        .build();
  }

  private static SchemaBuilder struct(String name) {
    return SchemaBuilder.struct().name(PREFIX + name).version(VERSION).optional();
  }

  private static SchemaBuilder texts(SchemaBuilder schema, String... fields) {
    for (String field : fields) {
      schema.field(field, TEXT);
    }
    return schema;
  }
}
