package io.kspan.topology.wire;

import java.util.HexFormat;

/** A time at the front of a store key, written so that keys sort by it. Stateless. */
public final class SortableStamp {
  /** Characters that a stamp takes. */
  public static final int LENGTH = 16;

  private static final HexFormat HEX = HexFormat.of();
  private static final int RADIX = 16;

  private SortableStamp() {}

  /** {@code time} in hex, padded; before 1970 counts as 1970, since a sign would not sort. */
  public static String of(long time) {
    return HEX.toHexDigits(Math.max(0, time));
  }

  /** The time that {@code key} begins with. */
  public static long read(String key) {
    return Long.parseLong(key, 0, LENGTH, RADIX);
  }
}
