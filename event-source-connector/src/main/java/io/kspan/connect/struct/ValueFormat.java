package io.kspan.connect.struct;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;

/** The form of a record's value. Stateless; safe for many threads. */
public enum ValueFormat {
  /** The envelope as JSON text, which the topology reads. */
  JSON {
    @Override
    SchemaAndValue present(String envelope, boolean ofEvents) {
      return new SchemaAndValue(Schema.STRING_SCHEMA, envelope);
    }
  },

  /** The envelope as a Struct with a schema. */
  STRUCT {
    @Override
    SchemaAndValue present(String envelope, boolean ofEvents) {
      ObjectNode json = read(envelope);
      if (!ofEvents) {
        return convert(EnvelopeSchemas.OBJECT_ENVELOPE, json);
      }
      if (json.get("object") instanceof ObjectNode event) {
        rename(event);
      }
      return convert(EnvelopeSchemas.EVENT_ENVELOPE, json);
    }
  };

  private static final ObjectMapper MAPPER = JsonMapper.builder().build();

  /** The fields of {@code events.k8s.io/v1} and what {@code v1} calls them. */
  private static final Map<String, String> NAMES_IN_V1 =
      Map.of(
          "regarding", "involvedObject",
          "note", "message",
          "reportingController", "reportingComponent",
          "deprecatedSource", "source",
          "deprecatedFirstTimestamp", "firstTimestamp",
          "deprecatedLastTimestamp", "lastTimestamp",
          "deprecatedCount", "count");

  /** Returns the format of that name; throws {@link IllegalArgumentException} for another name. */
  public static ValueFormat of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /**
   * Returns the value of a record and its schema; both are null for a tombstone.
   *
   * @param envelope JSON text as the mapper wrote it; null for a tombstone
   * @param ofEvents whether the record is of the events topic
   */
  public SchemaAndValue value(String envelope, boolean ofEvents) {
    return envelope == null ? SchemaAndValue.NULL : present(envelope, ofEvents);
  }

  abstract SchemaAndValue present(String envelope, boolean ofEvents);

  private static SchemaAndValue convert(Schema schema, ObjectNode json) {
    return new SchemaAndValue(schema, JsonToConnect.struct(schema, json));
  }

  private static ObjectNode read(String envelope) {
    try {
      return (ObjectNode) MAPPER.readTree(envelope);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("An envelope that was written cannot be read", e);
    }
  }

  private static void rename(ObjectNode event) {
    NAMES_IN_V1.forEach(
        (name, inV1) -> {
          if (event.hasNonNull(name) && !event.hasNonNull(inV1)) {
            event.set(inV1, event.remove(name));
          }
        });
  }
}
