package io.kspan.topology.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * Bytes being written: whole numbers of variable length, texts, and blocks that begin with their
 * length. For one thread.
 */
final class WireOutput {
  private static final int INITIAL_BYTES = 512;
  private static final int MORE = 0x80;
  private static final int BITS = 7;
  private static final int LONGEST_NUMBER = 10;

  private byte[] bytes = new byte[INITIAL_BYTES];
  private int size;

  void writeByte(int value) {
    reserve(1);
    bytes[size++] = (byte) value;
  }

  /** Small numbers of either sign are short. */
  void writeNumber(long value) {
    writeUnsigned((value << 1) ^ (value >> (Long.SIZE - 1)));
  }

  void writeCount(int count) {
    writeUnsigned(count);
  }

  private void writeUnsigned(long value) {
    reserve(LONGEST_NUMBER);
    long rest = value;
    while ((rest & -MORE) != 0) {
      bytes[size++] = (byte) (rest | MORE);
      rest >>>= BITS;
    }
    bytes[size++] = (byte) rest;
  }

  /** Null is something else than the empty text. */
  void writeText(String text) {
    if (text == null) {
      writeUnsigned(0);
      return;
    }
    byte[] encoded = text.getBytes(UTF_8);
    writeUnsigned(encoded.length + 1L);
    reserve(encoded.length);
    System.arraycopy(encoded, 0, bytes, size, encoded.length);
    size += encoded.length;
  }

  /** Where a block begins; give that to {@link #endBlock}. */
  int beginBlock() {
    writeByte(0);
    return size;
  }

  /** Puts the length before what was written since {@code start}. */
  void endBlock(int start) {
    int length = size - start;
    int digits = 1;
    for (int rest = length >>> BITS; rest != 0; rest >>>= BITS) {
      digits++;
    }
    if (digits > 1) {
      reserve(digits - 1);
      System.arraycopy(bytes, start, bytes, start + digits - 1, length);
    }
    size = start - 1;
    writeUnsigned(length);
    size += length;
  }

  private void reserve(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }
}
