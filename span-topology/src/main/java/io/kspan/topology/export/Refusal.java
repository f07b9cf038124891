package io.kspan.topology.export;

/**
 * Why a record goes to the dead letters.
 *
 * @param reason one of the constants below: few values, for alerts
 * @param message for people
 */
record Refusal(String reason, String message) {
  static final String UNREADABLE = "unreadable";
  static final String REFUSED = "refused-by-backend";

  /** Some spans of the request, and nobody says which: OTLP forbids to send them again. */
  static final String PARTLY_REFUSED = "partly-refused-by-backend";
}
