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

/**
 * Reads one page of a list as it arrives: no more than one item is held, unless the server writes
 * the items before the list's kind. One page, one reader.
 */
final class ListPageReader {
  private static final String LIST = "List";

  private final ResourceId resource;
  private final ItemSink sink;
  private final List<ObjectNode> kindUnknown = new ArrayList<>();
  private String kind = "";
  private String resourceVersion = "";
  private String continueToken = "";

  ListPageReader(ResourceId resource, ItemSink sink) {
    this.resource = resource;
    this.sink = sink;
  }

  /** Takes the items of a list, in order. */
  @FunctionalInterface
  interface ItemSink {
    void accept(ObjectNode item) throws InterruptedException;

    /** Told once for every page, before its items if the server writes it there. */
    default void listIsAt(String resourceVersion) {}
  }

  /**
   * What a page says about the list.
   *
   * @param kind of the items; empty if neither the list nor an item says
   * @param continueToken empty on the last page
   */
  record Page(String kind, String resourceVersion, String continueToken) {}

  Page read(InputStream in) throws IOException, InterruptedException, FeedFailure {
    try (JsonParser parser = Json.MAPPER.createParser(in)) {
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
      case "kind" -> kind = kindOfItems(parser.getText());
      case "metadata" -> {
        JsonNode metadata = parser.readValueAsTree();
        resourceVersion = metadata.path("resourceVersion").asText("");
        continueToken = metadata.path("continue").asText("");
        sink.listIsAt(resourceVersion);
      }
      case "items" -> {
        if (value == JsonToken.START_ARRAY) {
          items(parser);
        }
      }
      default -> parser.skipChildren();
    }
  }

  /** A plain {@code List} does not name the kind; its items do. */
  private static String kindOfItems(String listKind) {
    return listKind.endsWith(LIST)
        ? listKind.substring(0, listKind.length() - LIST.length())
        : listKind;
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

  /**
   * Items of the built-in kinds come without kind and apiVersion; watch events have them, so
   * records must have them too.
   */
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
