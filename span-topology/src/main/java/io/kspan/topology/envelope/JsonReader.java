package io.kspan.topology.envelope;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/**
 * Reads a JSON document to a tree of the wanted fields. Everything else is checked for its syntax
 * and skipped: to make nodes and texts of it would take most of the time.
 *
 * <p>Thread-safe.
 */
final class JsonReader {
  private static final int MAX_TEXT = 64 * 1024 * 1024;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final ObjectMapper mapper;
  private final WantedFields wanted;

  JsonReader(WantedFields wanted) {
    StreamReadConstraints limits =
        StreamReadConstraints.builder().maxStringLength(MAX_TEXT).build();
    this.mapper = new JsonMapper();
    this.mapper.getFactory().setStreamReadConstraints(limits);
    this.wanted = wanted;
  }

  /**
   * Reads {@code value}; of fields that occur twice the last counts.
   *
   * @throws IOException if it is no JSON, or more than one document, of which all but the first
   *     would be lost without a word
   */
  JsonNode read(byte[] value) throws IOException {
    try (JsonParser parser = mapper.createParser(value)) {
      if (parser.nextToken() == null) {
        return MissingNode.getInstance();
      }
      JsonNode tree = node(parser, wanted);
      if (parser.nextToken() != null) {
        throw new IOException("another document follows the first");
      }
      return tree;
    }
  }

  private static JsonNode node(JsonParser parser, WantedFields wanted) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser, wanted);
      case START_ARRAY -> array(parser, wanted);
      case VALUE_STRING -> NODES.textNode(parser.getText());
      case VALUE_NUMBER_INT -> whole(parser);
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NULL -> NODES.nullNode();
      default -> parser.readValueAsTree();
    };
  }

  private static JsonNode whole(JsonParser parser) throws IOException {
    return switch (parser.getNumberType()) {
      case INT -> NODES.numberNode(parser.getIntValue());
      case LONG -> NODES.numberNode(parser.getLongValue());
      default -> NODES.numberNode(parser.getBigIntegerValue());
    };
  }

  private static ObjectNode object(JsonParser parser, WantedFields wanted) throws IOException {
    ObjectNode object = NODES.objectNode();
    for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
      WantedFields below = wanted.of(field);
      parser.nextToken();
      if (below == null) {
        parser.skipChildren();
      } else if (field.equals("spec") && wanted.isObject() && !SpecHash.isKnown(object)) {
        object.set(field, parser.readValueAsTree());
      } else {
        object.set(field, node(parser, below));
      }
    }
    return object;
  }

  private static ArrayNode array(JsonParser parser, WantedFields wanted) throws IOException {
    ArrayNode array = NODES.arrayNode();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(node(parser, wanted));
    }
    return array;
  }
}
