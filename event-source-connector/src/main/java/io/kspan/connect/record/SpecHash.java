package io.kspan.connect.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.util.HexFormat;

/**
 * Tells whether two specs differ in more than {@code replicas} without their values: FNV-1a 64 of
 * the JSON without that field, keys sorted. The topology computes the same of a spec as served.
 *
 * <p>Stateless.
 */
final class SpecHash {
  static final String FIELD = "specHash";

  private static final JsonMapper SORTED =
      JsonMapper.builder().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build();
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private SpecHash() {}

  /** The hash in 16 hexadecimal digits. */
  static String of(ObjectNode spec) {
    long hash = FNV_OFFSET;
    for (byte b : json(Projection.without(spec, "replicas"))) {
      hash = (hash ^ (b & 0xff)) * FNV_PRIME;
    }
    return HexFormat.of().toHexDigits(hash);
  }

  /** The JSON with sorted keys, in UTF-8. */
  static byte[] json(JsonNode node) {
    try {
      return SORTED.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
