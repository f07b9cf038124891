package io.kspan.topology.waterfall;

/** What a piece of a line means, and the ANSI colour that says so. */
enum Paint {
  PLAIN(""),
  STRONG("1"),
  DIM("2"),
  GOOD("32"),
  BAD("31"),
  BAD_STRONG("1;31"),
  // Components, in order of appearance. Red is left to errors.
  FIRST("36"),
  SECOND("35"),
  THIRD("34"),
  FOURTH("33"),
  FIFTH("32");

  private static final Paint[] COMPONENTS = {FIRST, SECOND, THIRD, FOURTH, FIFTH};

  private final String code;

  Paint(String code) {
    this.code = code;
  }

  /** The colour of the n-th component; with more components than colours they come round again. */
  static Paint component(int n) {
    return COMPONENTS[n % COMPONENTS.length];
  }

  String on(String text) {
    return code.isEmpty() || text.isBlank() ? text : "\u001B[" + code + "m" + text + "\u001B[0m";
  }
}
