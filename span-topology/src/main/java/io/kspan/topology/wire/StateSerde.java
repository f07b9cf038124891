package io.kspan.topology.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Writes the values of a store or an internal topic as protobuf messages, and reads them back. A
 * subclass maps each field explicitly, so the bytes depend on the {@code .proto} alone.
 *
 * <p>Stateless and thread-safe. Equal values have equal bytes. A value that this release cannot
 * read is a {@link SerializationException} that says which release to run; it stops the instance.
 *
 * @param <T> the values
 * @param <M> the message
 */
public abstract class StateSerde<T, M extends Message> implements Serde<T> {
  private final Parser<M> parser;

  /** A serde whose messages {@code parser} reads. */
  protected StateSerde(Parser<M> parser) {
    this.parser = parser;
  }

  /** The message that holds {@code value}. */
  protected abstract M toMessage(T value);

  /** The value that {@code message} holds. */
  protected abstract T fromMessage(M message);

  /** Reports a message of a kind that only a later release knows. */
  protected static SerializationException unknownKind(Message message) {
    return refusal(
        "%s has no known kind, but unknown fields %s"
            .formatted(
                message.getDescriptorForType().getName(),
                message.getUnknownFields().asMap().keySet()),
        null);
  }

  /** The constant of {@code type} with the name of {@code constant}: enums match by name. */
  protected static <E extends Enum<E>> E constant(Class<E> type, Enum<?> constant) {
    try {
      return Enum.valueOf(type, constant.name());
    } catch (IllegalArgumentException e) {
      throw refusal("no %s is called %s".formatted(type.getSimpleName(), constant), e);
    }
  }

  private static SerializationException refusal(String reason, Exception cause) {
    return new SerializationException(
        "cannot read state: %s; run the release that wrote it, or a later one".formatted(reason),
        cause);
  }

  @Override
  public Serializer<T> serializer() {
    return (topic, value) -> value == null ? null : toMessage(value).toByteArray();
  }

  @Override
  public Deserializer<T> deserializer() {
    return (topic, bytes) -> bytes == null ? null : read(bytes);
  }

  private T read(byte[] bytes) {
    try {
      return fromMessage(parser.parseFrom(bytes));
    } catch (InvalidProtocolBufferException e) {
      throw refusal(e.getMessage(), e);
    }
  }
}
