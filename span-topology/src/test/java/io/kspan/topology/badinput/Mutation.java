package io.kspan.topology.badinput;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One change to a record, so small that jqwik can shrink it: which node or byte, what happens to
 * it, and by which odd value it is replaced.
 *
 * @param at position, modulo the number of nodes or bytes
 */
record Mutation(Kind kind, int at, int value) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String[] ODD = {
    "null",
    "true",
    "0",
    "-1",
    "2147483647",
    "9223372036854775807",
    "99999999999999999999999",
    "1e308",
    "-0.5",
    "\"\"",
    "\"x\"",
    "\"0\"",
    "\"\\u0000\"",
    "\"\\ud83d\"",
    "\"a/b#c\"",
    "\"....................\"",
    "\"0001-01-01T00:00:00Z\"",
    "\"1970-01-01T00:00:00Z\"",
    "\"2262-04-11T23:47:16.854775807Z\"",
    "\"9999-12-31T23:59:59.999999999Z\"",
    "\"Event\"",
    "\"Node\"",
    "\"DELETED\"",
    "[]",
    "{}",
    "[null,[],{},\"x\",-1]",
    "{\"kind\":\"Pod\",\"name\":\"x\",\"uid\":\"u\"}"
  };

  /** What happens. */
  enum Kind {
    DELETE,
    REPLACE,
    DUPLICATE,
    NEST,
    FLIP,
    TRUNCATE,
    INSERT
  }

  byte[] apply(byte[] record) {
    return switch (kind) {
      case FLIP -> {
        byte[] flipped = record.clone();
        if (flipped.length > 0) {
          flipped[at % flipped.length] ^= (byte) (1 << (value % 8));
        }
        yield flipped;
      }
      case TRUNCATE -> Arrays.copyOf(record, at % (record.length + 1));
      case INSERT -> inserted(record);
      default -> structurally(record);
    };
  }

  private byte[] inserted(byte[] record) {
    int position = at % (record.length + 1);
    byte[] longer = Arrays.copyOf(record, record.length + 1);
    System.arraycopy(record, position, longer, position + 1, record.length - position);
    longer[position] = (byte) value;
    return longer;
  }

  private byte[] structurally(byte[] record) {
    try {
      JsonNode root = JSON.readTree(record);
      List<Place> places = new ArrayList<>();
      collect(root, places);
      if (!places.isEmpty()) {
        change(places.get(at % places.size()));
      }
      return JSON.writeValueAsBytes(root);
    } catch (IOException alreadyBroken) {
      return record;
    }
  }

  /** A node by the one that holds it. */
  private record Place(JsonNode holder, String field, int index) {
    JsonNode node() {
      return holder.isObject() ? holder.get(field) : holder.get(index);
    }

    void set(JsonNode node) {
      if (holder instanceof ObjectNode object) {
        object.set(field, node);
      } else {
        ((ArrayNode) holder).set(index, node);
      }
    }
  }

  private static void collect(JsonNode node, List<Place> places) {
    node.fieldNames()
        .forEachRemaining(
            field -> {
              places.add(new Place(node, field, 0));
              collect(node.get(field), places);
            });
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      places.add(new Place(node, "", i));
      collect(node.get(i), places);
    }
  }

  private void change(Place place) {
    if (kind == Kind.REPLACE) {
      place.set(odd());
    } else if (kind == Kind.NEST) {
      place.set(JSON.createArrayNode().add(place.node()));
    } else if (place.holder() instanceof ArrayNode array) {
      if (kind == Kind.DELETE) {
        array.remove(place.index());
      } else {
        array.insert(place.index(), place.node().deepCopy());
      }
    } else if (kind == Kind.DELETE) {
      ((ObjectNode) place.holder()).remove(place.field());
    } else {
      // Under another name that is already there: one field says what another one should.
      ObjectNode object = (ObjectNode) place.holder();
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      object.set(names.get(value % names.size()), place.node().deepCopy());
    }
  }

  private JsonNode odd() {
    try {
      return JSON.readTree(ODD[value % ODD.length]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
