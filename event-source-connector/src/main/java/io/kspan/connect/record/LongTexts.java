package io.kspan.connect.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Map;

/** Texts of bounded length, so that no object can make a record that no broker takes. */
final class LongTexts {
  /** In characters; the topology reads no more of a message. */
  static final int LONGEST = 16_384;

  private LongTexts() {}

  /** A copy whose texts are cut. */
  static ObjectNode cut(ObjectNode object) {
    ObjectNode copy = object.objectNode();
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      copy.set(field.getKey(), cut(field.getValue()));
    }
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

  /** The beginning, without half a character at its end. */
  static String cut(String text, int longest) {
    if (text.length() <= longest) {
      return text;
    }
    boolean split = Character.isHighSurrogate(text.charAt(longest - 1));
    return text.substring(0, split ? longest - 1 : longest);
  }
}
