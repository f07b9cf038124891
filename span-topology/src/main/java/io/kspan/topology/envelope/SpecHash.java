package io.kspan.topology.envelope;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kspan.topology.assemble.Fnv1a;
import java.io.UncheckedIOException;
import java.util.HexFormat;

/**
 * Tells whether two specs differ in more than {@code replicas}: FNV-1a 64 of the JSON without that
 * field, keys sorted (trace-model 5.8). The connector writes it beside the part of the spec that it
 * keeps; of a spec as served it is computed here.
 *
 * <p>Stateless.
 */
final class SpecHash {
  static final String FIELD = "specHash";

  private static final JsonMapper SORTED =
      JsonMapper.builder().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build();

  private SpecHash() {}

  static long of(JsonNode spec) {
    JsonNode hashed = spec;
    if (spec instanceof ObjectNode object && object.has("replicas")) {
      ObjectNode copy = object.objectNode();
      copy.setAll(object);
      copy.remove("replicas");
      hashed = copy;
    }
    return Fnv1a.hash64(json(hashed));
  }

  /** The JSON with sorted keys, in UTF-8. */
  static byte[] json(JsonNode node) {
    try {
      return SORTED.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the spec need not be read whole: it is hashed, or no rule asks, as for a pod. */
  static boolean isKnown(JsonNode object) {
    return object.has(FIELD) || object.path("kind").asText("").equals("Pod");
  }

  /** The hash that {@code object} carries, else that of its spec; 0 without any. */
  static long in(JsonNode object) {
    if (!isKnown(object)) {
      return object.has("spec") ? of(object.get("spec")) : 0;
    }
    try {
      return HexFormat.fromHexDigitsToLong(object.path(FIELD).asText(""));
    } catch (IllegalArgumentException noHash) {
      return 0;
    }
  }
}
