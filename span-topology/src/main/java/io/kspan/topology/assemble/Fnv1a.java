package io.kspan.topology.assemble;

/**
 * FNV-1a in 64 and 128 bits, as Go's {@code hash/fnv} computes them, so that ids equal kspan's.
 *
 * <p>Not thread-safe; one instance hashes one id. Reference: draft-eastlake-fnv.
 */
public final class Fnv1a {
  public static final long OFFSET_64 = 0xcbf29ce484222325L;
  private static final long PRIME_64 = 0x100000001b3L;
  private static final long OFFSET_128_HIGH = 0x6c62272e07bb0142L;
  private static final long OFFSET_128_LOW = 0x62b821756295c58dL;
  // The 128-bit prime is 2^88 + 0x13b: multiplying is a shift by 88 plus a multiplication by 0x13b.
  private static final long PRIME_128_LOW = 0x13bL;
  private static final int PRIME_128_SHIFT = 88 - 64;

  private long hash64 = OFFSET_64;
  private long high = OFFSET_128_HIGH;
  private long low = OFFSET_128_LOW;

  /** The hash of a text after others, of which {@code before} is the hash. */
  public static long hash64(long before, String text) {
    // A text that ends where another begins differs from one that ends later.
    long hash = (before ^ text.length()) * PRIME_64;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * PRIME_64;
    }
    return hash;
  }

  /** The 64-bit hash of {@code bytes}. */
  public static long hash64(byte[] bytes) {
    return new Fnv1a().update(bytes).hash64();
  }

  Fnv1a update(byte[] bytes) {
    for (byte b : bytes) {
      update(b);
    }
    return this;
  }

  Fnv1a updateLittleEndian(long value) {
    for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
      update((byte) (value >>> shift));
    }
    return this;
  }

  Fnv1a updateBigEndian(long value) {
    return updateLittleEndian(Long.reverseBytes(value));
  }

  private void update(byte b) {
    hash64 = (hash64 ^ (b & 0xff)) * PRIME_64;
    low ^= b & 0xff;
    long carried = Math.multiplyHigh(low, PRIME_128_LOW) + ((low >> 63) & PRIME_128_LOW);
    high = high * PRIME_128_LOW + carried + (low << PRIME_128_SHIFT);
    low *= PRIME_128_LOW;
  }

  long hash64() {
    return hash64;
  }

  long hash128High() {
    return high;
  }

  long hash128Low() {
    return low;
  }
}
