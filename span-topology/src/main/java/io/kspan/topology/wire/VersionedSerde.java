package io.kspan.topology.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.dataformat.smile.databind.SmileMapper;
import java.io.IOException;
import java.util.Arrays;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * A record as one version byte and Smile.
 *
 * <p>Thread-safe. Unknown fields are skipped, so that an instance can read what a newer one wrote;
 * an unknown version is a {@link SerializationException}, a value that cannot be written an {@link
 * IllegalArgumentException}.
 *
 * @param <T> a record or an annotated sealed interface
 */
public final class VersionedSerde<T> implements Serde<T> {
  private static final byte VERSION = 1;
  private static final SmileMapper MAPPER =
      SmileMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
          .build();

  private final ObjectWriter writer;
  private final ObjectReader reader;

  /** A serde for {@code type}. */
  public VersionedSerde(Class<T> type) {
    this.writer = MAPPER.writerFor(type);
    this.reader = MAPPER.readerFor(type);
  }

  @Override
  public Serializer<T> serializer() {
    return (topic, value) -> value == null ? null : write(value);
  }

  @Override
  public Deserializer<T> deserializer() {
    return (topic, bytes) -> bytes == null ? null : read(bytes);
  }

  private byte[] write(T value) {
    try {
      byte[] body = writer.writeValueAsBytes(value);
      byte[] bytes = new byte[body.length + 1];
      bytes[0] = VERSION;
      System.arraycopy(body, 0, bytes, 1, body.length);
      return bytes;
    } catch (IOException e) {
      // No SerializationException: that would say that a store or a topic is to blame.
      throw new IllegalArgumentException("cannot write " + value, e);
    }
  }

  private T read(byte[] bytes) {
    if (bytes.length == 0 || bytes[0] != VERSION) {
      throw new SerializationException(
          "unknown format version in "
              + Arrays.toString(Arrays.copyOf(bytes, Math.min(bytes.length, 1)))
              + "; this release reads version "
              + VERSION
              + ": upgrade it");
    }
    try {
      return reader.readValue(bytes, 1, bytes.length - 1);
    } catch (IOException e) {
      throw new SerializationException("cannot read: " + e.getMessage(), e);
    }
  }
}
