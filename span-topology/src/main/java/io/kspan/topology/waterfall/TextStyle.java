package io.kspan.topology.waterfall;

/** The role of a piece of text, with the ANSI code that shows it. */
enum TextStyle {
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

  private static final TextStyle[] COMPONENTS = {FIRST, SECOND, THIRD, FOURTH, FIFTH};

  private final String code;

  TextStyle(String code) {
    this.code = code;
  }

  /** The style of the n-th component; with more components than styles they repeat. */
  static TextStyle component(int n) {
    return COMPONENTS[n % COMPONENTS.length];
  }

  String on(String text) {
    return code.isEmpty() || text.isBlank() ? text : "\u001B[" + code + "m" + text + "\u001B[0m";
  }
}
