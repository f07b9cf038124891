package io.kspan.connect.watch;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kspan.connect.record.ResourceId;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads one page of a list as it arrives. Holds one item at a time, unless the server writes the
 * items before the list's kind. One instance for one page.
 */
final class ListPageReader {
  private static final String LIST = "List";

  private final ResourceId resource;
  private final Consumer<String> listIsAt;
  private final ItemSink sink;
  private final List<ObjectNode> kindUnknown = new ArrayList<>();
  private String kind = "";
  private String resourceVersion = "";
  private String continueToken = "";

  /**
   * @param listIsAt called with the list's resourceVersion, before the items if the server writes
   *     it there
   */
  ListPageReader(ResourceId resource, Consumer<String> listIsAt, ItemSink sink) {
    this.resource = resource;
    this.listIsAt = listIsAt;
    this.sink = sink;
  }

  /** Takes the items of a list, in order. */
  interface ItemSink {
    void accept(ObjectNode item) throws InterruptedException;
  }

  /**
   * The metadata of a page.
   *
   * @param kind of the items; empty if neither the list nor an item has it
   * @param continueToken empty on the last page
   */
  record Page(String kind, String resourceVersion, String continueToken) {}

  Page read(InputStream in) throws IOException, InterruptedException, FeedFailure {
    try (JsonParser parser = ApiClient.JSON.createParser(in)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new FeedFailure.Garbled("a list response is no JSON object", null);
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        field(parser);
      }
    }
    for (ObjectNode item : kindUnknown) {
      emit(item);
    }
    if (resourceVersion.isEmpty()) {
      throw new FeedFailure.Garbled("a list response has no metadata.resourceVersion", null);
    }
    return new Page(kind, resourceVersion, continueToken);
  }

  private void field(JsonParser parser) throws IOException, InterruptedException {
    String name = parser.currentName();
    JsonToken value = parser.nextToken();
    switch (name) {
      case "kind" -> {
        // The kind of a plain List is in its items only.
        String text = parser.getText();
        kind = text.endsWith(LIST) ? text.substring(0, text.length() - LIST.length()) : text;
      }
      case "metadata" -> {
        JsonNode metadata = parser.readValueAsTree();
        resourceVersion = metadata.path("resourceVersion").asText("");
        continueToken = metadata.path("continue").asText("");
        listIsAt.accept(resourceVersion);
      }
      case "items" -> {
        if (value == JsonToken.START_ARRAY) {
          items(parser);
        }
      }
      default -> parser.skipChildren();
    }
  }

  private void items(JsonParser parser) throws IOException, InterruptedException {
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.readValueAsTree() instanceof ObjectNode item) {
        if (kind.isEmpty() && !item.has("kind")) {
          kindUnknown.add(item);
        } else {
          emit(item);
        }
      }
    }
  }

  /** Adds kind and apiVersion, which built-in kinds have in watch events but not in lists. */
  private void emit(ObjectNode item) throws InterruptedException {
    if (item.has("kind") && item.has("apiVersion")) {
      kind = kind.isEmpty() ? item.path("kind").asText() : kind;
      sink.accept(item);
      return;
    }
    ObjectNode typed = item.objectNode().put("kind", kind).put("apiVersion", resource.apiVersion());
    typed.setAll(item);
    sink.accept(typed);
  }
}
