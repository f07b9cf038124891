package io.kspan.connect.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;

/** Cuts long texts, so that no object makes a record that a broker refuses. */
final class LongTexts {
  /** In characters; the topology reads no more of a message. */
  private static final int LONGEST = 16_384;

  private LongTexts() {}

  /** Returns a copy whose texts are cut. */
  static ObjectNode cut(ObjectNode object) {
    ObjectNode copy = object.objectNode();
    object.properties().forEach(field -> copy.set(field.getKey(), cut(field.getValue())));
    return copy;
  }

  private static JsonNode cut(JsonNode node) {
    if (node instanceof ObjectNode object) {
      return cut(object);
    }
    if (node instanceof ArrayNode array) {
      ArrayNode copy = array.arrayNode(array.size());
      array.forEach(element -> copy.add(cut(element)));
      return copy;
    }
    return node.isTextual() ? TextNode.valueOf(cut(node.textValue(), LONGEST)) : node;
  }

  /** Returns the beginning of the text and never splits a surrogate pair. */
  static String cut(String text, int longest) {
    if (text.length() <= longest) {
      return text;
    }
    boolean split = Character.isHighSurrogate(text.charAt(longest - 1));
    return text.substring(0, split ? longest - 1 : longest);
  }
}
