package io.kspan.quickstart;

/** Numbers of things, for people. Thread-safe. */
public final class Count {

  private Count() {}

  /** Such as "1 trace" or "2 traces"; {@code noun} takes an s. */
  public static String of(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }
}
