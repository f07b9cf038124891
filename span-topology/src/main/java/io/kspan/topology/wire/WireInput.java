package io.kspan.topology.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.common.errors.SerializationException;

/** Reads what {@link WireOutput} wrote. For one thread. */
final class WireInput {
  private static final int MORE = 0x80;
  private static final int BITS = 7;

  private final byte[] bytes;
  private int position;
  private int end;

  WireInput(byte[] bytes, int from) {
    this.bytes = bytes;
    this.position = from;
    this.end = bytes.length;
  }

  int readByte() {
    if (position >= end) {
      throw new SerializationException("cannot read: ends after " + position + " bytes");
    }
    return bytes[position++] & 0xFF;
  }

  long readNumber() {
    long value = readUnsigned();
    return (value >>> 1) ^ -(value & 1);
  }

  private long readUnsigned() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += BITS) {
      int next = readByte();
      value |= (long) (next & ~MORE) << shift;
      if ((next & MORE) == 0) {
        return value;
      }
    }
    throw new SerializationException("cannot read: no number before byte " + position);
  }

  /** A number of things, of which each takes at least a byte. */
  int readCount() {
    return within(readUnsigned());
  }

  private int within(long count) {
    if (count < 0 || count > end - position) {
      throw new SerializationException(
          "cannot read: %d follow byte %d, and %d are said to"
              .formatted(end - position, position, count));
    }
    return (int) count;
  }

  String readText() {
    long written = readUnsigned();
    if (written == 0) {
      return null;
    }
    int length = within(written - 1);
    String text = new String(bytes, position, length, UTF_8);
    position += length;
    return text;
  }

  /** Enters a block; give the result to {@link #endBlock}. */
  int beginBlock() {
    int length = readCount();
    int outer = end;
    end = position + length;
    return outer;
  }

  /** Leaves a block, and skips what a newer version has appended to it. */
  void endBlock(int outer) {
    position = end;
    end = outer;
  }

  boolean atEnd() {
    return position == end;
  }
}
